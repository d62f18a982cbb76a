import sql, { raw } from 'sql-template-tag';
import type { WrittenTable } from '../../../domain/batch/written-table.ts';
import { formatInstant } from '../../../domain/time/instant.ts';
import type { WriteKind } from '../../commits/writes.ts';
import type { Client, Queryable } from '../../sql/client.ts';
import { microsExpression } from '../../sql/timestamp.ts';

/** Where the rows of a write came from. */
export interface WriteOrigin {
  /** The name of the file, `-` for standard input, `rows` for rows of a program. */
  readonly name: string;
  /** SHA-256 of the bytes of the file, in hex. */
  readonly sha256: string;
}

/** The kind of the writes of a table. */
export const WRITE_KINDS = {
  external_table: 'external',
  reference_table: 'reference',
} as const satisfies Record<WrittenTable['kind'], WriteKind>;

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

/** One write of a table. What an earlier version of Asof did not record of it is null. */
export interface RecordedWrite {
  /** When the write was committed. */
  readonly knownAt: string;
  readonly origin: string | null;
  readonly sha256: string | null;
  /** How many rows the write had, and how many of them were new or changed. */
  readonly rows: number | null;
  readonly changed: number | null;
  /** The login of the writer in Postgres. */
  readonly writtenBy: string | null;
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
 * What had been written into some tables up to a knowledge cut, in the order of the tables.
 *
 * @param cut a sequence, as a decimal text.
 */
export async function writesUpTo(
  db: Queryable,
  tables: readonly Pick<WrittenTable, 'kind' | 'name'>[],
  cut: string,
): Promise<TableWrites[]> {
  const kinds = tables.map(({ kind }) => WRITE_KINDS[kind]);
  const { rows } = await db.query<WriteRow>(sql`
    SELECT DISTINCT ON (write.kind, subject) subject AS table, count(*) OVER (PARTITION BY write.kind, subject)::int AS writes,
           ${raw(microsExpression('known_at'))} AS known, origin, sha256, rows::float8 AS rows, changed::float8 AS changed,
           written_by AS "writtenBy"
    FROM asof.writes AS write LEFT JOIN asof.table_writes USING (write_id)
    WHERE sequence <= ${cut}
      AND (write.kind, subject) IN (
        SELECT * FROM unnest(${kinds}::text[], ${tables.map(({ name }) => name)}::text[]))
    ORDER BY write.kind, subject, sequence DESC`);
  return tables.map(({ name }) => {
    const found = rows.find(({ table }) => table === name);
    if (!found) return { table: name, writes: 0, last: null };
    const { table, writes, known, ...write } = found;
    return { table, writes, last: { knownAt: formatInstant(BigInt(known)), ...write } };
  });
}
