import type { DuckDBConnection } from '@duckdb/node-api';
import type { CanonicalValue } from '../../domain/training/canonical-row.ts';
import type { TrainingSetColumn } from '../../domain/training/manifest.ts';
import { NOTHING_FROM_THE_PATH, pathToRead, quoted } from './sql-text.ts';

/** Two training sets, by what tells their rows apart. */
export interface ComparedSets {
  readonly a: string;
  readonly b: string;
  /** The columns that a row is found by in the other set. Rows with the same values are matched in their order. */
  readonly keys: readonly TrainingSetColumn[];
  /** The other columns that both have. */
  readonly values: readonly TrainingSetColumn[];
}

/** A row that both sets have, with other values. Timestamps are microseconds since 1970. */
export interface ChangedRow {
  readonly key: readonly CanonicalValue[];
  readonly values: readonly {
    readonly column: string;
    readonly a: CanonicalValue;
    readonly b: CanonicalValue;
  }[];
}

/** How the rows of two training sets differ. */
export interface SetRowCounts {
  readonly onlyA: number;
  readonly onlyB: number;
  readonly both: number;
  /** Rows that both have, with other values. */
  readonly changed: number;
  /** By column: in how many rows that both have it differs. */
  readonly columns: ReadonlyMap<string, number>;
  /** Some of the changed rows, in the order of the keys. */
  readonly examples: readonly ChangedRow[];
}

/** Compares the rows of two Parquet files of training sets, in sets: what does not fit into memory spills to disk. */
export async function compareSets(
  connection: DuckDBConnection,
  { a, b, keys, values }: ComparedSets,
  examples: number,
): Promise<SetRowCounts> {
  await connection.run(`CREATE TEMP VIEW pairs AS SELECT * FROM (${rowsOf(a, 'a', keys, values)}) AS a
    FULL JOIN (${rowsOf(b, 'b', keys, values)}) AS b
    ON ${[...keys.keys()]
      .map((at) => `ak${at} IS NOT DISTINCT FROM bk${at}`)
      .concat('an = bn')
      .join(' AND ')}`);
  const differs = values.map((_, at) => `(av${at} IS DISTINCT FROM bv${at})`);
  const isChanged = differs.length === 0 ? 'false' : `(${differs.join(' OR ')})`;
  const isBoth = 'an IS NOT NULL AND bn IS NOT NULL';
  const counts = await connection.runAndReadAll(`
    SELECT ${[
      'bn IS NULL',
      'an IS NULL',
      isBoth,
      `${isBoth} AND ${isChanged}`,
      ...differs.map((one) => `${isBoth} AND ${one}`),
    ]
      .map((condition) => `(count(*) FILTER (WHERE ${condition}))::DOUBLE`)
      .join(', ')} FROM pairs`);
  const [onlyA, onlyB, both, changed, ...changes] = counts.getRows()[0] as number[];
  const fields = [...keys.map((_, at) => `ak${at}`), ...values.flatMap((_, at) => [`av${at}`, `bv${at}`])];
  const found = await connection.runAndReadAll(`
    SELECT ${fields.join(', ')} FROM pairs WHERE ${isBoth} AND ${isChanged}
    ORDER BY ${[...keys.map((_, at) => `ak${at}`), 'an'].join(', ')} LIMIT ${examples}`);
  return {
    onlyA: onlyA!,
    onlyB: onlyB!,
    both: both!,
    changed: changed!,
    columns: new Map(values.map(({ name }, at) => [name, changes[at]!])),
    examples: (found.getRows() as CanonicalValue[][]).map((row) => changedRow(row, keys.length, values)),
  };
}

function rowsOf(
  path: string,
  side: 'a' | 'b',
  keys: readonly TrainingSetColumn[],
  values: readonly TrainingSetColumn[],
): string {
  const keyFields = keys.map((column, at) => `${valueOf(column)} AS ${side}k${at}`);
  const valueFields = values.map((column, at) => `${valueOf(column)} AS ${side}v${at}`);
  const order = `row_number() OVER (PARTITION BY ${keys.map(valueOf).join(', ')} ORDER BY file_row_number) AS ${side}n`;
  return `SELECT ${[...keyFields, ...valueFields, order].join(', ')}
    FROM read_parquet(${pathToRead(path)}, ${NOTHING_FROM_THE_PATH}, file_row_number = true)`;
}

/** A moment as microseconds: a file of format 1 has no zone, one of format 2 has UTC. */
function valueOf({ name, type }: TrainingSetColumn): string {
  return type === 'timestamp' ? `epoch_us(${quoted(name)})` : quoted(name);
}

function changedRow(
  row: readonly CanonicalValue[],
  keys: number,
  values: readonly TrainingSetColumn[],
): ChangedRow {
  const all = values.map(({ name }, at) => ({
    column: name,
    a: row[keys + 2 * at]!,
    b: row[keys + 2 * at + 1]!,
  }));
  const isSame = (a: CanonicalValue, b: CanonicalValue) => a === b || (Number.isNaN(a) && Number.isNaN(b));
  return { key: row.slice(0, keys), values: all.filter(({ a, b }) => !isSame(a, b)) };
}
