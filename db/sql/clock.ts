import sql, { raw } from 'sql-template-tag';
import type { Instant } from '../../domain/time/instant.ts';
import type { Queryable } from './client.ts';
import { microsExpression } from './timestamp.ts';

/** The clock of the database. */
export async function readClock(db: Queryable): Promise<Instant> {
  const { rows } = await db.query<{ now: string }>(sql`SELECT ${raw(microsExpression('now()'))} AS now`);
  return BigInt(rows[0]!.now);
}
