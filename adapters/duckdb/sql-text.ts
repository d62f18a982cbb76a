import { AsofError } from '../../domain/errors/asof-error.ts';

/** The name as a quoted SQL identifier. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** The value as an SQL literal. DuckDB's file functions and `COPY` accept no parameters. */
export function literal(value: string | number | bigint | boolean | null): string {
  if (value === null) return 'NULL';
  return typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value);
}

/** DuckDB would take columns from folders such as `user_id=7`, and add the name of the file. */
export const NOTHING_FROM_THE_PATH = 'hive_partitioning = false, filename = false, union_by_name = false';

/**
 * A path to read from as an SQL literal that means this file alone. DuckDB takes a path with `*`, `?` or `[`
 * for a pattern; in brackets of their own they mean themselves. No spelling does that for a backslash beside
 * them.
 *
 * @throws AsofError `ASOF_PATH_UNSUPPORTED`.
 */
export function pathToRead(path: string): string {
  if (!/[*?[]/.test(path)) return literal(path);
  if (path.includes('\\')) throw unsupported(path, "a backslash beside '*', '?' or '['");
  return literal(path.replace(/[*?[]/g, '[$&]'));
}

function unsupported(path: string, what: string): AsofError {
  return new AsofError(
    'ASOF_PATH_UNSUPPORTED',
    `the path '${path}' holds ${what}, which DuckDB cannot read as a name; name a file in another folder`,
    { details: { path } },
  );
}
