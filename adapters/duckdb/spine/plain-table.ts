import { type DuckDBConnection, DuckDBTypeId } from '@duckdb/node-api';
import type { TrainingSetDefinition } from '../../../domain/registry/definition.ts';
import { spineColumns } from '../../../domain/training/spine.ts';
import { plainHeading } from '../../files/csv-records.ts';
import { requireDifferentNames } from '../parquet/read-table.ts';
import { NOTHING_FROM_THE_PATH, literal, pathToRead, quoted } from '../sql-text.ts';
import type { PlainSource } from './plain-values.ts';
import type { SpineCopy } from './spine-copy.ts';

/** A file as DuckDB reads it: the names of its columns, and what is known of each that has plain forms. */
export interface PlainTable {
  /** The SQL of the relation. */
  readonly relation: string;
  readonly names: readonly string[];
  readonly sources: readonly (PlainSource | undefined)[];
  /**
   * Of a text: the rows that its separators make, if each has a field for each column. DuckDB reads a row with one
   * more, if that is empty.
   */
  readonly rows?: number;
}

/** Undefined for a file that DuckDB might read otherwise than the parser of spines. */
export async function openPlainTable(
  connection: DuckDBConnection,
  copy: SpineCopy,
  definition: TrainingSetDefinition,
): Promise<PlainTable | undefined> {
  if (copy.isParquet) return openParquet(connection, copy);
  return copy.firstLine === undefined ? undefined : openCsv(copy, copy.firstLine, definition);
}

/** Leaves a single column to the parser: DuckDB takes empty lines for rows of it. */
function openCsv(
  { path, separators }: SpineCopy,
  firstLine: string,
  definition: TrainingSetDefinition,
): PlainTable | undefined {
  const heading = plainHeading(firstLine, spineColumns(definition));
  if (!heading || heading.names.length === 1 || firstLine.startsWith('\ufeff')) return undefined;
  const { separator, names } = heading;
  const columns = names.map((_, at) => `'f${at}': 'VARCHAR'`);
  const dialect = `delim = ${literal(separator)}, quote = '', escape = '', new_line = '\\n', header = false, skip = 1`;
  return {
    relation: `read_csv(${pathToRead(path)}, ${dialect}, auto_detect = false, compression = 'none',
      ${NOTHING_FROM_THE_PATH}, columns = {${columns.join(', ')}})`,
    names,
    rows: separators[separator] / (names.length - 1) - 1,
    sources: names.map((_, at) => ({ kind: 'text', sql: `coalesce(f${at}, '')` })),
  };
}

async function openParquet(connection: DuckDBConnection, { path }: SpineCopy): Promise<PlainTable> {
  const file = pathToRead(path);
  await requireDifferentNames(connection, file);
  const relation = `read_parquet(${file}, ${NOTHING_FROM_THE_PATH})`;
  const reader = await connection.runAndReadAll(`SELECT * FROM ${relation} LIMIT 0`);
  const names = reader.columnNames();
  return {
    relation,
    names,
    sources: reader.columnTypes().map((type, at) => SOURCES[type.typeId]?.(quoted(names[at]!))),
  };
}

const MOMENT_FORMAT = '%Y-%m-%dT%H:%M:%S.%f';

const integer = (sql: string): PlainSource => ({ kind: 'integer', sql });
const double = (sql: string): PlainSource => ({ kind: 'double', sql: `${sql}::DOUBLE` });
const moment = (sql: string, format: string): PlainSource => ({ kind: 'moment', sql, format });

/** What the columns of a Parquet file are, by their types. Those of other types are left to the parser. */
const SOURCES: Partial<Record<DuckDBTypeId, (sql: string) => PlainSource>> = {
  [DuckDBTypeId.VARCHAR]: (sql) => ({
    kind: 'text',
    sql: `CASE WHEN contains(${sql}, chr(0)) THEN error('NUL') ELSE coalesce(${sql}, '') END`,
  }),
  [DuckDBTypeId.TINYINT]: integer,
  [DuckDBTypeId.SMALLINT]: integer,
  [DuckDBTypeId.INTEGER]: integer,
  [DuckDBTypeId.BIGINT]: integer,
  [DuckDBTypeId.FLOAT]: double,
  [DuckDBTypeId.DOUBLE]: double,
  [DuckDBTypeId.BOOLEAN]: (sql) => ({ kind: 'boolean', sql }),
  [DuckDBTypeId.DATE]: (sql) => moment(`epoch_us(${sql}::TIMESTAMP)`, '%Y-%m-%d'),
  [DuckDBTypeId.TIMESTAMP]: (sql) => moment(`epoch_us(${sql})`, MOMENT_FORMAT),
  [DuckDBTypeId.TIMESTAMP_TZ]: (sql) => moment(`epoch_us(${sql})`, `${MOMENT_FORMAT}Z`),
  [DuckDBTypeId.TIMESTAMP_NS]: (sql) => moment(flooredToMicros(`epoch_ns(${sql})`), MOMENT_FORMAT),
};

function flooredToMicros(nanos: string): string {
  return `(${nanos} - ((${nanos} % 1000) + 1000) % 1000) // 1000`;
}
