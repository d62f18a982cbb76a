import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance, DuckDBTimestampTZValue } from '@duckdb/node-api';
import { dataRoots } from '../../../config/data-roots.ts';
import { type BulkColumn, bulkInsert } from '../../../db/sql/bulk-insert.ts';
import type { Queryable } from '../../../db/sql/client.ts';
import { ident } from '../../../db/sql/identifier.ts';
import { toTimestamptz } from '../../../db/sql/timestamp.ts';
import type { StoredRow, Value } from '../../oracle/training-set.ts';

/** Runs a test with a temporary folder below the data root; `list` resolves to the sorted names of its files. */
export async function withFolder(
  test: (folder: string, list: () => Promise<string[]>) => Promise<void>,
): Promise<void> {
  const [root] = dataRoots().declared;
  await mkdir(root!, { recursive: true });
  const folder = await mkdtemp(join(root!, 'training-set-'));
  try {
    await test(folder, async () => (await readdir(folder)).sort());
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The text of a CSV file; a field is quoted only if it must be. */
export function csv(rows: readonly (readonly string[])[], lineBreak = '\n'): string {
  const field = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return rows.map((row) => row.map(field).join(',') + lineBreak).join('');
}

/** Reads the columns and rows of a Parquet file with DuckDB; timestamps are microseconds since 1970. */
export async function readParquetFile(
  path: string,
): Promise<{ types: Record<string, string>; rows: Value[][] }> {
  const connection = await (await DuckDBInstance.create()).connect();
  const reader = await connection.runAndReadAll(`SELECT * FROM '${path}'`);
  const types = reader.columnTypes().map((type, at) => [reader.columnName(at), type.toString()] as const);
  const rows = reader
    .getRows()
    .map((row) =>
      row.map((value) => (value instanceof DuckDBTimestampTZValue ? value.micros : (value as Value))),
    );
  connection.closeSync();
  return { types: Object.fromEntries(types), rows };
}

/** Rows of a feature table, with the names of its keys and the SQL types of its features. */
interface TableRows {
  readonly keys: readonly string[];
  readonly features: readonly (readonly [name: string, type: string])[];
  readonly rows: readonly StoredRow[];
}

/** Replaces all rows of a feature table. */
export async function fill(db: Queryable, table: string, { keys, features, rows }: TableRows): Promise<void> {
  await db.query(`DELETE FROM features.${table}`);
  const columns: BulkColumn[] = [
    ...keys.map((name, at) => ({ name, type: 'text', values: rows.map(({ key }) => key[at]) })),
    { name: 'feature_ts', type: 'timestamptz', values: rows.map((row) => toTimestamptz(row.feature_ts)) },
    ...features.map(([name, type], at) => ({
      name,
      type,
      values: rows.map(({ values }) => sqlText(values[at]!)),
    })),
    { name: 'write_id', type: 'bigint', values: rows.map(() => 1) },
  ];
  await db.query(bulkInsert(ident('features', table), columns));
}

/** A value as SQL text. −0 is a case of its own, because `String(-0)` has no sign. */
function sqlText(value: Value): string | null {
  if (value === null) return null;
  return Object.is(value, -0) ? '-0' : String(value);
}
