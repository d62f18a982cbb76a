import type { DuckDBConnection, DuckDBDataChunk } from '@duckdb/node-api';
import type { CanonicalValue } from '../../domain/training/canonical-row.ts';
import type { LookupPlan } from '../../domain/training/lookup-plan.ts';
import type { TrainingSetColumn } from '../../domain/training/manifest.ts';
import type { SpineColumn } from '../../domain/training/spine.ts';
import { foundTable } from './as-of-join.ts';
import { spineField } from './spine-table.ts';
import { NOTHING_FROM_THE_PATH, literal, pathToRead, quoted } from './sql-text.ts';

/** The columns of the training set: the spine's columns, then the features of each lookup, in order. */
export function trainingSetColumns(
  columns: readonly SpineColumn[],
  labelType: 'bigint' | 'double',
  lookups: readonly LookupPlan[],
): TrainingSetColumn[] {
  const types = {
    key: 'string',
    split: 'string',
    other: 'string',
    timestamp: 'timestamp',
    label: labelType,
  } as const;
  return [
    ...columns.map(({ name, role }) => ({ name, type: types[role] })),
    ...lookups.flatMap(({ features }) => features.map(({ as, type }) => ({ name: as, type }))),
  ];
}

/** Writes the training set to `path` as Parquet: one row for each spine row, in the spine's order. */
export async function writeParquet(
  connection: DuckDBConnection,
  schema: readonly TrainingSetColumn[],
  lookups: readonly LookupPlan[],
  path: string,
): Promise<void> {
  const values = [
    ...schema.slice(0, schema.length - lookups.flatMap(({ features }) => features).length).map(spineValue),
    ...lookups.flatMap(featureValues),
  ];
  const selected = values.map((value, at) => `${value} AS ${quoted(schema[at]!.name)}`);
  const joins = lookups.map((_, at) => `LEFT JOIN ${foundTable(at)} ON ${foundTable(at)}.n = spine.n`);
  await connection.run(`
    COPY (SELECT ${selected.join(', ')} FROM spine ${joins.join(' ')} ORDER BY spine.n)
    TO ${literal(path)} (FORMAT parquet, COMPRESSION zstd)`);
}

function spineValue({ type }: TrainingSetColumn, index: number): string {
  const field = `spine.${spineField(index)}`;
  if (type === 'timestamp') return `make_timestamp(${field})`;
  if (type === 'bigint') return `${field}::BIGINT`;
  return type === 'double' ? withoutMinusZero(field) : field;
}

function featureValues({ features }: LookupPlan, index: number): string[] {
  const found = foundTable(index);
  return features.map(({ type, default: otherwise }, at) => {
    const field = type === 'double' ? withoutMinusZero(`${found}.f${at}`) : `${found}.f${at}`;
    return otherwise === null
      ? field
      : `CASE WHEN ${found}.n IS NULL THEN ${literal(otherwise)} ELSE ${field} END`;
  });
}

/** Writes −0 as 0. Parquet's dictionaries treat both as one value and store the one that comes first. */
function withoutMinusZero(field: string): string {
  return `CASE WHEN ${field} = 0 THEN 0 ELSE ${field} END`;
}

/**
 * Reads a training set's Parquet file in order, in groups of rows. Timestamps are microseconds since 1970. A
 * row is made when it is taken, so that long texts of many rows are never held together.
 */
export async function* readParquet(
  connection: DuckDBConnection,
  schema: readonly TrainingSetColumn[],
  path: string,
): AsyncGenerator<Iterable<CanonicalValue[]>> {
  const selected = schema.map(({ name, type }) =>
    type === 'timestamp' ? `epoch_us(${quoted(name)})` : quoted(name),
  );
  const file = `read_parquet(${pathToRead(path)}, ${NOTHING_FROM_THE_PATH})`;
  const result = await connection.stream(`SELECT ${selected.join(', ')} FROM ${file}`);
  for await (const chunk of result) yield rowsOf(chunk);
}

function* rowsOf(chunk: DuckDBDataChunk): Generator<CanonicalValue[]> {
  const columns = Array.from({ length: chunk.columnCount }, (_, at) => chunk.getColumnVector(at));
  for (let row = 0; row < chunk.rowCount; row += 1)
    yield columns.map((column) => column.getItem(row) as CanonicalValue);
}
