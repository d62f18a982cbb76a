import sql from 'sql-template-tag';
import type { WrittenTable } from '../../../domain/batch/written-table.ts';
import type { Client } from '../../sql/client.ts';

/** Where the rows of a write came from. */
export interface WriteOrigin {
  /** The name of the file, `-` for standard input, `rows` for rows of a program. */
  readonly name: string;
  /** SHA-256 of the bytes of the file, in hex. */
  readonly sha256: string;
}

/** How many rows a write had, and how many of them were new or changed. */
export interface WriteCounts {
  readonly rows: number;
  readonly changed: number;
}

export async function recordTableWrite(
  client: Client,
  { kind, name }: WrittenTable,
  writeId: string,
  { origin, counts }: { origin: WriteOrigin; counts: WriteCounts },
): Promise<void> {
  await client.query(sql`
    INSERT INTO asof.table_writes (write_id, kind, table_name, origin, sha256, rows, changed)
    VALUES (${writeId}, ${kind}, ${name}, ${origin.name}, ${origin.sha256}, ${counts.rows}, ${counts.changed})`);
}
