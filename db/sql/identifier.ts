import { type Sql, raw } from 'sql-template-tag';

/** A quoted SQL identifier, as a fragment. Names come from validated definitions; quoting keeps that a detail. */
export function ident(...path: string[]): Sql {
  return raw(path.map((name) => `"${name.replaceAll('"', '""')}"`).join('.'));
}
