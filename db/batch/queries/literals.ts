import pg from 'pg';
import type { Sql } from 'sql-template-tag';

type Value = string | null | readonly Value[];

/** A statement with its values as literals: COPY takes no parameters. */
export function withLiterals({ strings, values }: Sql): string {
  return strings
    .slice(1)
    .reduce((text, next, index) => text + literal(values[index] as Value) + next, strings[0]!);
}

function literal(value: Value): string {
  if (value === null) return 'NULL';
  if (typeof value === 'string') return pg.escapeLiteral(value);
  return `ARRAY[${value.map(literal).join(', ')}]`;
}
