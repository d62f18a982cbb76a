import { type DuckDBAppender, DuckDBDataChunk, type DuckDBType, type DuckDBValue } from '@duckdb/node-api';

/** The size of one of DuckDB's data chunks, in rows. */
const CHUNK_ROWS = 2048;

/** Appends rows, each with a value for each column. */
export function appendRows(
  appender: DuckDBAppender,
  types: readonly DuckDBType[],
  rows: readonly (readonly DuckDBValue[])[],
): void {
  for (let start = 0; start < rows.length; start += CHUNK_ROWS) {
    const part = rows.slice(start, start + CHUNK_ROWS);
    const chunk = DuckDBDataChunk.create(types, part.length);
    chunk.setColumns(types.map((_, index) => part.map((row) => row[index]!)));
    appender.appendDataChunk(chunk);
  }
}
