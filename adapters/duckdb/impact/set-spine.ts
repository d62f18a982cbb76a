import type { DuckDBConnection } from '@duckdb/node-api';
import type { Instant } from '../../../domain/time/instant.ts';
import type { LookupPlan } from '../../../domain/training/lookup-plan.ts';
import type { SpineColumn } from '../../../domain/training/spine.ts';
import { spineFields } from '../as-of-join.ts';
import { spineField } from '../spine-table.ts';
import { NOTHING_FROM_THE_PATH, literal, pathToRead, quoted } from '../sql-text.ts';

/** The columns of a set by which its lookups were made: their keys, and the observation timestamp. */
export function lookupColumns(plans: readonly LookupPlan[], timestamp: string): SpineColumn[] {
  const keys = [...new Set(plans.flatMap(({ lookupKeys }) => lookupKeys))];
  return [
    ...keys.map((name) => ({ name, role: 'key' as const })),
    { name: timestamp, role: 'timestamp' as const },
  ];
}

/**
 * Reads these columns of a training set's Parquet file into the table `whole_spine`, with the number `n` of each row.
 *
 * @returns the earliest and the latest moment. Undefined if the set has no rows.
 */
export async function loadSetSpine(
  connection: DuckDBConnection,
  path: string,
  columns: readonly SpineColumn[],
): Promise<{ readonly earliest: Instant; readonly latest: Instant } | undefined> {
  const fields = columns.map(({ name, role }, at) => {
    const value = role === 'timestamp' ? `epoch_us(${quoted(name)})` : `${quoted(name)}::VARCHAR`;
    return `${value} AS ${spineField(at)}`;
  });
  await connection.run(`
    CREATE TABLE whole_spine AS SELECT file_row_number AS n, ${fields.join(', ')}
    FROM read_parquet(${pathToRead(path)}, ${NOTHING_FROM_THE_PATH}, file_row_number = true)`);
  const moment = spineField(columns.length - 1);
  const read = await connection.runAndReadAll(`SELECT min(${moment}), max(${moment}) FROM whole_spine`);
  const [earliest, latest] = read.getRows()[0] as [Instant | null, Instant | null];
  return earliest === null || latest === null ? undefined : { earliest, latest };
}

/**
 * Makes the table `spine` of the rows of which some lookup reads a touched key.
 *
 * @param paths for each lookup, a CSV file with touched keys.
 * @returns the number of rows.
 */
export async function keepTouchedRows(
  connection: DuckDBConnection,
  plans: readonly LookupPlan[],
  columns: readonly SpineColumn[],
  paths: readonly string[],
): Promise<number> {
  const conditions = plans.map((plan, index) => {
    const { keys } = spineFields(plan, columns);
    const types = keys.map((_, at) => `'k${at}': 'VARCHAR'`).join(', ');
    const touched = `read_csv(${literal(paths[index]!)}, header = false, auto_detect = false, parallel = false, delim = ',',
      quote = '"', escape = '"', nullstr = '', allow_quoted_nulls = false, ${NOTHING_FROM_THE_PATH}, columns = {${types}})`;
    const names = keys.map((_, at) => `k${at}`);
    return `(${keys.join(', ')}) IN (SELECT (${names.join(', ')}) FROM ${touched})`;
  });
  await connection.run(`CREATE TABLE spine AS SELECT * FROM whole_spine WHERE ${conditions.join(' OR ')}`);
  const counted = await connection.runAndReadAll('SELECT count(*)::DOUBLE FROM spine');
  return counted.getRows()[0]![0] as number;
}

/** Runs `work` with tables and views of its own, beside those that it can read of before: the spine. */
export async function inSchema<Result>(
  connection: DuckDBConnection,
  schema: string,
  work: () => Promise<Result>,
): Promise<Result> {
  await connection.run(`CREATE SCHEMA ${schema}`);
  await connection.run(`CREATE VIEW ${schema}.spine AS SELECT * FROM main.spine`);
  await connection.run(`USE ${schema}`);
  try {
    return await work();
  } finally {
    await connection.run('USE main');
  }
}
