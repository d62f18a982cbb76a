import sql from 'sql-template-tag';
import type { Queryable } from '../../sql/client.ts';

/** What is recorded of a write of a user. What an earlier version of Asof did not record is null. */
export interface FoundWrite {
  readonly origin: string | null;
  readonly sha256: string | null;
  readonly writtenBy: string | null;
}

export async function findTableWrite(db: Queryable, writeId: string): Promise<FoundWrite> {
  const { rows } = await db.query<FoundWrite>(sql`
    SELECT origin, sha256, written_by AS "writtenBy" FROM asof.table_writes WHERE write_id = ${writeId}`);
  return rows[0] ?? { origin: null, sha256: null, writtenBy: null };
}
