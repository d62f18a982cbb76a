import type { DuckDBConnection, DuckDBDataChunk } from '@duckdb/node-api';
import type { CanonicalColumn } from '../../domain/training/canonical-columns.ts';
import type { CanonicalValue } from '../../domain/training/canonical-row.ts';
import type { LookupPlan } from '../../domain/training/lookup-plan.ts';
import type { ColumnType, TrainingSetColumn } from '../../domain/training/manifest.ts';
import type { SpineColumn } from '../../domain/training/spine.ts';
import { TableFault } from '../files/table-fault.ts';
import { foundTable } from './as-of-join.ts';
import { columnValues, holds } from './column-values.ts';
import { COMPUTED, type ComputedColumn, computedField } from './computed-table.ts';
import { inLittleMemory } from './database.ts';
import { foundValue, withoutMinusZero } from './found-value.ts';
import { spineField } from './spine-table.ts';
import { NOTHING_FROM_THE_PATH, literal, pathToRead, quoted } from './sql-text.ts';

/** What the columns of a training set are made from. */
export interface TrainingSetSources {
  readonly columns: readonly SpineColumn[];
  readonly labelType: 'bigint' | 'double';
  readonly lookups: readonly LookupPlan[];
  /** The request features, whose values are in the table {@link COMPUTED}. */
  readonly computed: readonly ComputedColumn[];
}

/** A column of the training set, and the SQL of its value in a join of the spine with what was found. */
interface SourcedColumn extends TrainingSetColumn {
  readonly sql: string;
  /** Whether the value is there only after it was computed. Omitted: it is not. */
  readonly isComputed?: boolean;
}

/**
 * The columns of the training set: the spine's, then the features of each lookup, then the request features. A feature
 * that the spine gives stands in its place among the features.
 */
export function trainingSetColumns(sources: TrainingSetSources): TrainingSetColumn[] {
  return sourcedColumns(sources).map(columnOf);
}

/** The columns whose values are there before any is computed. */
export function foundColumns(sources: TrainingSetSources): TrainingSetColumn[] {
  const found = sourcedColumns(sources).filter(({ isComputed = false }) => !isComputed);
  return found.map(columnOf);
}

function columnOf({ name, type, vector }: SourcedColumn): TrainingSetColumn {
  return { name, type, ...(vector !== undefined && { vector }) };
}

function sourcedColumns({ columns, labelType, lookups, computed }: TrainingSetSources): SourcedColumn[] {
  const ofSpine = columns.map((column, index) => {
    const type = spineType(column, labelType);
    return { name: column.name, type, sql: spineValue(type, index), isGiven: column.role === 'given' };
  });
  const features = [
    ...lookups.flatMap(featureColumns),
    ...computed.map(({ name, type }, at) => ({
      name,
      type,
      sql: `${COMPUTED}.${computedField(at)}`,
      isComputed: true,
    })),
  ];
  return [
    ...ofSpine.filter(({ isGiven }) => !isGiven),
    ...features.map((feature) => {
      const given = ofSpine.find(({ isGiven, name }) => isGiven && name === feature.name);
      return given ? { ...feature, sql: given.sql, isComputed: false } : feature;
    }),
  ];
}

function spineType(column: SpineColumn, labelType: 'bigint' | 'double'): ColumnType {
  if ('field' in column) return column.field.type === 'integer' ? 'bigint' : column.field.type;
  if (column.role === 'label') return labelType;
  if (column.role === 'weight') return 'double';
  return column.role === 'timestamp' ? 'timestamp' : 'string';
}

/** The spine with what the lookups found for each of its rows. */
function spineWithFound(lookups: readonly LookupPlan[]): string {
  const joins = lookups.map((_, at) => `LEFT JOIN ${foundTable(at)} ON ${foundTable(at)}.n = spine.n`);
  return ['spine', ...joins].join(' ');
}

/**
 * The most different values of a row group that Parquet writes through a dictionary. By DuckDB's own limit, a fifth of
 * the rows, doubles that are nearly all different take a third longer to write, and the file is no smaller.
 */
const LARGEST_DICTIONARY = 1_000;

/** Writes the training set to `path` as Parquet: one row for each spine row, in the spine's order. */
export async function writeParquet(
  connection: DuckDBConnection,
  sources: TrainingSetSources,
  path: string,
): Promise<void> {
  const selected = sourcedColumns(sources).map(({ name, sql }) => `${sql} AS ${quoted(name)}`);
  const computed = sources.computed.length === 0 ? '' : `LEFT JOIN ${COMPUTED} ON ${COMPUTED}.n = spine.n`;
  const statement = `
    COPY (SELECT ${selected.join(', ')} FROM ${spineWithFound(sources.lookups)} ${computed} ORDER BY spine.n)
    TO ${literal(path)} (FORMAT parquet, COMPRESSION zstd, DICTIONARY_SIZE_LIMIT ${LARGEST_DICTIONARY})`;
  await inLittleMemory(connection, statement);
}

/**
 * Reads {@link foundColumns}, row by row in the order of the names, for the spine's rows from
 * `first` up to `end`, in any order. Timestamps are microseconds since 1970. The first value of a row is its number.
 */
export async function* readFound(
  connection: DuckDBConnection,
  sources: TrainingSetSources,
  names: readonly string[],
  { first, end }: { readonly first: number; readonly end: number },
): AsyncGenerator<Iterable<CanonicalValue[]>> {
  const columns = sourcedColumns(sources);
  const selected = names.map((name) => rawValue(columns.find((column) => column.name === name)!));
  const result = await connection.stream(`
    SELECT ${['spine.n', ...selected].join(', ')} FROM ${spineWithFound(sources.lookups)}
    WHERE spine.n >= ${first} AND spine.n < ${end}`);
  for await (const chunk of result) yield rowsOf(chunk);
}

function rawValue({ type, sql }: SourcedColumn): string {
  return type === 'timestamp' ? `epoch_us(${sql})` : sql;
}

function spineValue(type: ColumnType, index: number): string {
  const field = `spine.${spineField(index)}`;
  if (type === 'timestamp') return `make_timestamptz(${field})`;
  if (type === 'bigint') return `${field}::BIGINT`;
  return type === 'double' ? withoutMinusZero(field) : field;
}

function featureColumns({ features }: LookupPlan, index: number): SourcedColumn[] {
  const found = foundTable(index);
  return features.map((feature, at) => {
    const { as, type, vector } = feature;
    const sql = foundValue(found, feature, at);
    return { name: as, type, sql, ...(vector && { vector: vector.as }) };
  });
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
  const selected = schema.map(({ name, type }) => rawValue({ name, type, sql: quoted(name) }));
  const result = await connection.stream(`SELECT ${selected.join(', ')} FROM ${fileOf(path)}`);
  for await (const chunk of result) yield rowsOf(chunk);
}

/** Reads some rows of a training set's Parquet file, by their numbers, in order. Timestamps are as {@link readParquet} gives them. */
export async function readRowsAt(
  connection: DuckDBConnection,
  schema: readonly TrainingSetColumn[],
  path: string,
  numbers: readonly number[],
): Promise<CanonicalValue[][]> {
  const selected = schema.map(({ name, type }) => rawValue({ name, type, sql: quoted(name) }));
  const file = `read_parquet(${pathToRead(path)}, file_row_number = true, ${NOTHING_FROM_THE_PATH})`;
  const read = await connection.runAndReadAll(`
    SELECT ${selected.join(', ')} FROM ${file}
    WHERE file_row_number IN (${numbers.join(', ')}) ORDER BY file_row_number`);
  return read.getRows() as CanonicalValue[][];
}

function fileOf(path: string): string {
  return `read_parquet(${pathToRead(path)}, ${NOTHING_FROM_THE_PATH})`;
}

/**
 * Reads a training set's Parquet file in order, some rows of each column at a time, laid out as they are hashed.
 *
 * @throws TableFault for a file whose columns are of other types.
 */
export async function* readColumns(
  connection: DuckDBConnection,
  schema: readonly TrainingSetColumn[],
  path: string,
): AsyncGenerator<CanonicalColumn[]> {
  const names = schema.map(({ name }) => quoted(name));
  const result = await connection.stream(`SELECT ${names.join(', ')} FROM ${fileOf(path)}`);
  const types = schema.map(({ type }) => type);
  for (const [at, type] of result.columnTypes().entries())
    if (!holds(types[at]!, type)) throw new TableFault(`column ${at + 1} is not of the type ${types[at]!}`);
  for await (const chunk of result) yield* columnValues(chunk, types);
}

function* rowsOf(chunk: DuckDBDataChunk): Generator<CanonicalValue[]> {
  const columns = Array.from({ length: chunk.columnCount }, (_, at) => chunk.getColumnVector(at));
  for (let row = 0; row < chunk.rowCount; row += 1)
    yield columns.map((column) => column.getItem(row) as CanonicalValue);
}
