import type { DuckDBConnection } from '@duckdb/node-api';
import { type LookupPlan, exportedColumns } from '../../domain/training/lookup-plan.ts';
import { candidatesOf } from './candidates.ts';
import { type CsvRows, csvRows } from './csv-rows.ts';
import { NOTHING_FROM_THE_PATH, literal, pathToRead, quoted } from './sql-text.ts';

const TYPES = {
  bigint: 'BIGINT',
  'double precision': 'DOUBLE',
  text: 'VARCHAR',
  boolean: 'BOOLEAN',
  'double precision[]': 'DOUBLE[]',
} as const;

/** The columns of a mirrored feature table: its primary keys, and its features with their types in Postgres. */
export interface MirrorColumns {
  readonly primaryKeys: readonly string[];
  readonly features: readonly { readonly name: string; readonly type: keyof typeof TYPES }[];
}

/**
 * Writes the mirror of a chunk as Parquet, from the CSV of `db/training/mirror/mirror-rows.ts`. Its columns: the
 * primary keys from `k0` on, `ts` in microseconds, `written`, and the features, each with `f_` before its name.
 *
 * @returns whether the write of every row is known.
 */
export async function writeMirror(
  connection: DuckDBConnection,
  columns: MirrorColumns,
  rows: CsvRows,
  path: string,
): Promise<boolean> {
  const keys = keysOf(columns);
  const others = ['written', ...columns.features.map(({ name }) => quoted(`f_${name}`))];
  await connection.run(`
    COPY (SELECT ${keys.join(', ')}, epoch_us(ts) AS ts, ${others.join(', ')} FROM ${csvRows(rows, typesOf(columns, 'TIMESTAMPTZ'))})
    TO ${literal(path)} (FORMAT parquet, COMPRESSION snappy)`);
  const unknown = await connection.runAndReadAll(`
    SELECT count(*) FROM ${readMirrors([path])} WHERE written IS NULL`);
  return unknown.getRows()[0]![0] === 0n;
}

/** What a lookup reads of a mirrored table. */
export interface MirroredCandidates {
  readonly index: number;
  readonly plan: LookupPlan;
  readonly columns: MirrorColumns;
  /** The mirrors of chunks. */
  readonly mirrors: readonly string[];
  /** The rows that the mirrors lack, and the keys and times that they have no more. Undefined: nothing came since. */
  readonly since?: { readonly written: CsvRows; readonly superseded: CsvRows } | undefined;
}

/** Makes the relation {@link candidatesOf} of a mirrored table: its mirrors, and what was written since. */
export async function readMirrored(
  connection: DuckDBConnection,
  { index, plan, columns, mirrors, since }: MirroredCandidates,
): Promise<void> {
  const keys = keysOf(columns);
  const selected = [
    ...keys,
    'ts',
    ...exportedColumns(plan).map(({ feature }, at) => `${quoted(`f_${feature}`)} AS e${at}`),
  ].join(', ');
  if (!since) {
    await connection.run(
      `CREATE VIEW ${candidatesOf(index)} AS SELECT ${selected} FROM ${readMirrors(mirrors)}`,
    );
    return;
  }
  const stale = `stale_${index}`;
  const written = `written_${index}`;
  await connection.run(
    `CREATE TABLE ${written} AS SELECT * FROM ${csvRows(since.written, typesOf(columns, 'BIGINT'))}`,
  );
  await connection.run(`
    CREATE TABLE ${stale} AS SELECT ${keys.join(', ')}, ts FROM ${written} UNION
    SELECT * FROM ${csvRows(since.superseded, [...keys.map((key) => [key, 'VARCHAR'] as const), ['ts', 'BIGINT']])}`);
  await connection.run(`
    CREATE VIEW ${candidatesOf(index)} AS
    SELECT ${selected} FROM ${readMirrors(mirrors)} ANTI JOIN ${stale} USING (${keys.join(', ')}, ts)
    UNION ALL SELECT ${selected} FROM ${written}`);
}

function readMirrors(paths: readonly string[]): string {
  return `read_parquet([${paths.map(pathToRead).join(', ')}], ${NOTHING_FROM_THE_PATH})`;
}

function keysOf({ primaryKeys }: MirrorColumns): string[] {
  return primaryKeys.map((_, at) => `k${at}`);
}

function typesOf(columns: MirrorColumns, time: 'TIMESTAMPTZ' | 'BIGINT'): (readonly [string, string])[] {
  return [
    ...keysOf(columns).map((key) => [key, 'VARCHAR'] as const),
    ['ts', time],
    ['written', 'BIGINT'],
    ...columns.features.map(({ name, type }) => [`f_${name}`, TYPES[type]] as const),
  ];
}
