import sql, { type Sql, join, raw } from 'sql-template-tag';
import type { ListValue } from '../../domain/log/event.ts';
import { type Instant, earliest, latest } from '../../domain/time/instant.ts';
import { arrayLiteral } from './array-literal.ts';
import type { CopyType, CopyValues } from './binary-copy.ts';
import { ident } from './identifier.ts';
import { toParameter, toTimestamptz } from './timestamp.ts';

/** A column of many rows. Its values are sent as one array parameter of `type`. */
export interface BulkColumn {
  readonly name: string;
  /** An SQL type of which an array can hold the values. */
  readonly type: string;
  /**
   * The column's own type, if it is not `type`. Arrays, for example, cannot be elements of an array
   * parameter.
   */
  readonly castTo?: string;
  readonly values: readonly unknown[];
}

/** A column of values as events and rows hold them. */
export function valueColumn(
  name: string,
  type: CopyType,
  values: readonly (CopyValues[CopyType] | null)[],
): BulkColumn {
  if (!type.endsWith('[]')) return { name, type, values: values.map(toParameter) };
  const lists = values as readonly (ListValue | null)[];
  return { name, type: 'text', castTo: type, values: lists.map((list) => list && literal(list)) };
}

function literal(list: ListValue): string {
  return arrayLiteral(list.map(String));
}

/** `unnest(…)` of the columns as a relation named `alias`. Each column is one array parameter. */
export function unnest(columns: readonly BulkColumn[], alias: string): Sql {
  const arrays = columns.map(({ type, values }) => sql`${values}::${raw(type)}[]`);
  return sql`unnest(${join(arrays)}) AS ${ident(alias)} (${columnNames(columns)})`;
}

export function columnNames(columns: readonly BulkColumn[]): Sql {
  return join(columns.map(({ name }) => ident(name)));
}

/**
 * `INSERT INTO relation (…) SELECT …` of all rows in one statement. `suffix` may hold an `ON CONFLICT`
 * clause.
 */
export function bulkInsert(relation: Sql, columns: readonly BulkColumn[], suffix: Sql = raw('')): Sql {
  return sql`INSERT INTO ${relation} (${columnNames(columns)}) ${selectRows(columns)} ${suffix}`;
}

/** `SELECT … FROM unnest(…)`: the rows of the columns, each column with its own type. */
export function selectRows(columns: readonly BulkColumn[]): Sql {
  const selected = columns.map(({ name, castTo }) =>
    castTo ? sql`${ident(name)}::${raw(castTo)} AS ${ident(name)}` : ident(name),
  );
  return sql`SELECT ${join(selected)} FROM ${unnest(columns, 'rows')}`;
}

/** `column = excluded.column, …`, for `ON CONFLICT … DO UPDATE SET`. */
export function assignExcluded(names: readonly string[]): Sql {
  return join(names.map((name) => sql`${ident(name)} = excluded.${ident(name)}`));
}

/** A condition: the rows of two relations have equal values in these columns. */
export function matches(left: string, right: string, names: readonly string[]): Sql {
  return join(
    names.map((name) => sql`${ident(left, name)} = ${ident(right, name)}`),
    ' AND ',
  );
}

/**
 * A condition: a time column lies between the earliest and the latest of some moments. In a join on the time
 * of a hypertable, it lets the planner exclude the chunks in which no row can match.
 */
export function isBetween(relation: string, column: string, moments: readonly Instant[]): Sql {
  return sql`${ident(relation, column)} BETWEEN ${toTimestamptz(earliest(moments))} AND ${toTimestamptz(latest(moments))}`;
}

/**
 * A subquery that runs once for each row on its left, as in `… CROSS JOIN foundByIndex(…) AS name`, by the
 * index that its equalities fit. A plain join would let the planner choose. Its statistics do not cover the
 * newest times, where streams write, so it expects few rows there and picks a nested loop over all pairs.
 * `OFFSET 0` stops the planner from flattening the subquery.
 */
export function foundByIndex(query: Sql): Sql {
  return sql`LATERAL (${query} OFFSET 0)`;
}
