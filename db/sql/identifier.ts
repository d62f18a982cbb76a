import { type Sql, raw } from 'sql-template-tag';

/**
 * A quoted SQL identifier, as a fragment. Definitions restrict names; quoting makes the fragment safe without
 * that.
 */
export function ident(...path: string[]): Sql {
  return raw(path.map((name) => `"${name.replaceAll('"', '""')}"`).join('.'));
}
