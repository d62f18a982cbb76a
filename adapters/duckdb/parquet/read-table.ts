import { type DuckDBConnection, DuckDBInstance, type DuckDBType, type DuckDBValue } from '@duckdb/node-api';
import { TableFault } from '../../files/table-fault.ts';
import { NOTHING_FROM_THE_PATH, pathToRead } from '../sql-text.ts';
import { MEMORY_LIMIT, parquetFailure } from './parquet-failure.ts';

/** The columns of a Parquet file. */
export interface ParquetColumn {
  readonly name: string;
  readonly type: DuckDBType;
}

/** Some rows of a Parquet file, in order. A value of a column is at the column's index. */
export interface ParquetPart {
  readonly columns: readonly ParquetColumn[];
  readonly rows: readonly (readonly DuckDBValue[])[];
}

/**
 * Reads the rows of a Parquet file in order, in groups; the first group may be empty. Takes columns from the
 * file alone, never from its path.
 *
 * @throws TableFault for a file that is no Parquet, is damaged, has two columns of one name, or row groups that
 * are too large.
 * @throws AsofError `ASOF_PATH_UNSUPPORTED`, `ASOF_FILE_UNREADABLE`.
 */
export async function* readParquetTable(path: string): AsyncGenerator<ParquetPart, void, undefined> {
  const file = pathToRead(path);
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: MEMORY_LIMIT,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  const connection = await instance.connect();
  try {
    await requireDifferentNames(connection, file);
    const result = await connection.stream(`SELECT * FROM read_parquet(${file}, ${NOTHING_FROM_THE_PATH})`);
    const types = result.columnTypes();
    const columns = result.columnNames().map((name, at) => ({ name, type: types[at]! }));
    yield { columns, rows: [] };
    for await (const chunk of result) yield { columns, rows: chunk.getRows() };
  } catch (error) {
    throw parquetFailure(error, path);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** DuckDB gives the second of two columns of one name another, without a word. */
export async function requireDifferentNames(connection: DuckDBConnection, file: string): Promise<void> {
  const reader = await connection.runAndReadAll(`SELECT name, num_children FROM parquet_schema(${file})`);
  const nodes = reader.getRows() as [string, bigint | null][];
  const seen = new Set<string>();
  for (let at = 1; at < nodes.length; at = endOf(nodes, at)) {
    const name = nodes[at]![0].toLowerCase();
    if (seen.has(name))
      throw new TableFault(
        `column ${seen.size + 1} has the name of another (case does not tell columns apart)`,
      );
    seen.add(name);
  }
}

/** The index behind a node of the schema and all below it. */
function endOf(nodes: readonly (readonly [string, bigint | null])[], at: number): number {
  let end = at + 1;
  for (let children = Number(nodes[at]![1] ?? 0n); children > 0; children -= 1) end = endOf(nodes, end);
  return end;
}
