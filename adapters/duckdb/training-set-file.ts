import type { DuckDBConnection } from '@duckdb/node-api';
import type { CanonicalValue } from '../../domain/training/canonical-row.ts';
import type { LookupPlan } from '../../domain/training/lookup-plan.ts';
import type { TrainingSetColumn } from '../../domain/training/manifest.ts';
import type { SpineColumn } from '../../domain/training/spine.ts';
import { foundTable } from './as-of-join.ts';
import { spineField } from './spine-table.ts';
import { literal, quoted } from './sql-text.ts';

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
 * Reads a training set's Parquet file in order, in groups of rows. Timestamps are microseconds since 1970.
 */
export async function* readParquet(
  connection: DuckDBConnection,
  schema: readonly TrainingSetColumn[],
  path: string,
): AsyncGenerator<CanonicalValue[][]> {
  const selected = schema.map(({ name, type }) =>
    type === 'timestamp' ? `epoch_us(${quoted(name)})` : quoted(name),
  );
  const result = await connection.stream(`SELECT ${selected.join(', ')} FROM read_parquet(${literal(path)})`);
  for await (const chunk of result) yield chunk.getRows() as CanonicalValue[][];
}
