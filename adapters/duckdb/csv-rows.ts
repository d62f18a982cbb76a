import { NOTHING_FROM_THE_PATH, pathToRead } from './sql-text.ts';

/** What DuckDB reads at once by default, in bytes, and the longest row that it takes by default. */
const [BUFFER, LONGEST_ROW] = [32_000_000, 2_000_000];

/** A CSV file that Postgres wrote. */
export interface CsvRows {
  readonly path: string;
  /** The bytes of the longest row at least, if it may be long. */
  readonly longestRow: number;
}

/**
 * An SQL expression that reads rows that Postgres exported, with these names and types of DuckDB. An empty field
 * is null, and `""` is the empty text. The parallel reader is off because it can misread quoted line breaks. The
 * buffer holds a row as long as the longest.
 */
export function csvRows(
  { path, longestRow }: CsvRows,
  columns: readonly (readonly [name: string, type: string])[],
): string {
  const dialect = `delim = ',', quote = '"', escape = '"', new_line = '\\n', nullstr = '', allow_quoted_nulls = false`;
  const longest = Math.max(LONGEST_ROW, longestRow);
  const sizes = `max_line_size = ${longest}, buffer_size = ${Math.max(BUFFER, longest)}`;
  const typed = columns.map(([name, type]) => `'${name}': '${type}'`);
  return `read_csv(${pathToRead(path)}, header = false, auto_detect = false, parallel = false, ${dialect},
    compression = 'none', ${NOTHING_FROM_THE_PATH}, ${sizes}, columns = {${typed.join(', ')}})`;
}
