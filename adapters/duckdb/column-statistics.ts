import type { DuckDBConnection, DuckDBListValue, DuckDBValue } from '@duckdb/node-api';
import type { TrainingSetColumn } from '../../domain/training/manifest.ts';
import {
  type ColumnStatistics,
  type NumberStatistics,
  QUANTILES,
  type QuantileName,
} from '../../domain/training/statistics.ts';
import { NOTHING_FROM_THE_PATH, pathToRead, quoted } from './sql-text.ts';

/** Quantiles are exact up to so many rows. Of more, they are those of a sample. */
const SAMPLED_ROWS = 100_000;
/** The columns that are measured in one pass, which bounds the memory of their quantiles. */
const COLUMNS_AT_ONCE = 64;
/** The least number that is out of range. */
const RANGE = '1e150';
const [TOP_TEXTS, LONGEST_TEXT] = [10, 200];

/** The statistics of a column, as its values alone tell them. */
type MeasuredColumn = Omit<ColumnStatistics, 'notFound'>;

/** A Parquet file, and the number of its rows. */
interface MeasuredFile {
  readonly path: string;
  readonly rows: number;
}

/** Measures columns of a Parquet file, numbers in one pass. The same rows give the same statistics, but for the last digits of sums. */
export async function measureColumns(
  connection: DuckDBConnection,
  file: MeasuredFile,
  columns: readonly TrainingSetColumn[],
): Promise<MeasuredColumn[]> {
  const measured = new Map<TrainingSetColumn, MeasuredColumn>();
  const texts = columns.filter(({ type }) => type === 'string');
  const numbers = columns.filter(({ type }) => type !== 'string');
  for (const column of texts) measured.set(column, await measureTexts(connection, file, column));
  for (let first = 0; first < numbers.length; first += COLUMNS_AT_ONCE) {
    const group = numbers.slice(first, first + COLUMNS_AT_ONCE);
    const statistics = await measureNumbers(connection, file, group);
    for (const [at, column] of group.entries()) measured.set(column, statistics[at]!);
  }
  return columns.map((column) => measured.get(column)!);
}

async function measureTexts(
  connection: DuckDBConnection,
  { path, rows }: MeasuredFile,
  { name, type }: TrainingSetColumn,
): Promise<MeasuredColumn> {
  const text = quoted(name);
  const reader = await connection.runAndReadAll(`
    SELECT left(text, ${LONGEST_TEXT}), held::DOUBLE, (count(*) OVER ())::DOUBLE, (sum(held) OVER ())::DOUBLE
    FROM (SELECT ${text} AS text, count(*) AS held FROM ${fileRows(path)} WHERE ${text} IS NOT NULL GROUP BY ${text})
    ORDER BY held DESC, text LIMIT ${TOP_TEXTS}`);
  const found = reader.getRows() as [string, number, number, number][];
  const [, , distinct = 0, held = 0] = found[0] ?? [];
  return {
    column: name,
    type,
    rows,
    nulls: rows - held,
    distinct,
    numbers: null,
    top: found.map(([value, count]) => ({ value, rows: count })),
  };
}

async function measureNumbers(
  connection: DuckDBConnection,
  { path, rows }: MeasuredFile,
  columns: readonly TrainingSetColumn[],
): Promise<MeasuredColumn[]> {
  const fields = columns.map(
    (column, at) => `${numberOf(column)} AS r${at}, ${inRange(numberOf(column))} AS v${at}`,
  );
  const lists = columns.map(
    ({ type }, at) =>
      `list_concat([count(r${at}), ${type === 'bigint' ? `approx_count_distinct(r${at})` : 'NULL'}, count(v${at}),
        ${type === 'double' ? `coalesce(count_if(isnan(r${at})), 0)` : '0'}, min(v${at}), max(v${at}), avg(v${at}), stddev_pop(v${at})]::DOUBLE[],
        quantile_disc(CASE WHEN is_sampled THEN v${at} END, [${Object.values(QUANTILES).join(', ')}])::DOUBLE[])`,
  );
  const reader = await connection.runAndReadAll(`
    SELECT ${lists.join(', ')}
    FROM (SELECT ${fields.join(', ')}, ${isSampled(rows)} AS is_sampled FROM ${fileRows(path)})`);
  const found = reader.getRows()[0] as readonly DuckDBValue[];
  return columns.map(({ name, type }, at) => {
    const [held, distinct, ...rest] = (found[at] as DuckDBListValue).items as (number | null)[];
    return {
      column: name,
      type,
      rows,
      nulls: rows - held!,
      distinct: distinct!,
      numbers: numberStatistics(held!, rest),
      top: null,
    };
  });
}

function numberStatistics(held: number, values: readonly (number | null)[]): NumberStatistics {
  const [inRange, nan, min, max, mean, standardDeviation, ...quantiles] = values;
  const names = Object.keys(QUANTILES) as QuantileName[];
  const byName = Object.fromEntries(names.map((name, at) => [name, quantiles[at]!])) as Record<
    QuantileName,
    number
  >;
  return {
    nan: nan!,
    outOfRange: held - inRange! - nan!,
    min: min!,
    max: max!,
    mean: mean!,
    standardDeviation: standardDeviation!,
    quantiles: quantiles.length === 0 ? null : byName,
  };
}

function numberOf({ name, type }: TrainingSetColumn): string {
  return type === 'boolean' ? `${quoted(name)}::DOUBLE` : quoted(name);
}

function inRange(number: string): string {
  return `CASE WHEN abs(${number}::DOUBLE) < ${RANGE} THEN ${number} END`;
}

/** Chooses rows by a product of their numbers that scatters them: no period of the rows falls in step with it. */
function isSampled(rows: number): string {
  if (rows <= SAMPLED_ROWS) return 'true';
  const below = Math.round((SAMPLED_ROWS / rows) * 2 ** 32);
  return `(file_row_number * 2654435761) % ${2 ** 32} < ${below}`;
}

function fileRows(path: string): string {
  return `read_parquet(${pathToRead(path)}, ${NOTHING_FROM_THE_PATH}, file_row_number = true)`;
}
