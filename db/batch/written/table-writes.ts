import sql, { raw } from 'sql-template-tag';
import type { WrittenTable } from '../../../domain/batch/written-table.ts';
import { formatInstant } from '../../../domain/time/instant.ts';
import type { Client, Queryable } from '../../sql/client.ts';
import { microsExpression } from '../../sql/timestamp.ts';

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

/** One write of a table. */
export interface RecordedWrite extends WriteCounts {
  /** When the write was committed. */
  readonly knownAt: string;
  readonly origin: string;
  readonly sha256: string;
  /** The login of the writer in Postgres. */
  readonly writtenBy: string;
}

/** What users had written into a table. */
export interface TableWrites {
  readonly table: string;
  /** The number of writes. */
  readonly writes: number;
  /** The last of them. Null: there is none. */
  readonly last: RecordedWrite | null;
}

type WriteRow = Omit<RecordedWrite, 'knownAt'> & {
  readonly table: string;
  readonly known: string;
  readonly writes: number;
};

/**
 * What had been written into some tables up to a knowledge cut, in the order of the tables. Writes of before
 * Asof recorded their origin are not counted.
 *
 * @param cut a sequence, as a decimal text.
 */
export async function writesUpTo(
  db: Queryable,
  tables: readonly Pick<WrittenTable, 'kind' | 'name'>[],
  cut: string,
): Promise<TableWrites[]> {
  const { rows } = await db.query<WriteRow>(sql`
    SELECT DISTINCT ON (written.kind, table_name) table_name AS table, count(*) OVER (PARTITION BY written.kind, table_name)::int AS writes,
           ${raw(microsExpression('known_at'))} AS known, origin, sha256, rows::float8 AS rows, changed::float8 AS changed,
           written_by AS "writtenBy"
    FROM asof.table_writes AS written JOIN asof.writes AS write USING (write_id)
    WHERE sequence <= ${cut}
      AND (written.kind, table_name) IN (
        SELECT * FROM unnest(${tables.map(({ kind }) => kind)}::text[], ${tables.map(({ name }) => name)}::text[]))
    ORDER BY written.kind, table_name, sequence DESC`);
  return tables.map(({ name }) => {
    const found = rows.find(({ table }) => table === name);
    if (!found) return { table: name, writes: 0, last: null };
    const { table, writes, known, ...write } = found;
    return { table, writes, last: { knownAt: formatInstant(BigInt(known)), ...write } };
  });
}
