import sql, { type Sql, join, raw } from 'sql-template-tag';
import { type Instant, earliest, latest } from '../../domain/time/instant.ts';
import { ident } from './identifier.ts';
import { toTimestamptz } from './timestamp.ts';

/** A column of many rows: its values travel as one array parameter of `type`. */
export interface BulkColumn {
  readonly name: string;
  /** An SQL type whose array carries the values. */
  readonly type: string;
  /** The column's own type where it is not `type`: arrays, for one, cannot travel in arrays. */
  readonly castTo?: string;
  readonly values: readonly unknown[];
}

/** `unnest(…)` of the columns as a relation named `alias`, with one array parameter for each column. */
export function unnest(columns: readonly BulkColumn[], alias: string): Sql {
  const arrays = columns.map(({ type, values }) => sql`${values}::${raw(type)}[]`);
  return sql`unnest(${join(arrays)}) AS ${ident(alias)} (${columnNames(columns)})`;
}

export function columnNames(columns: readonly BulkColumn[]): Sql {
  return join(columns.map(({ name }) => ident(name)));
}

/** `INSERT INTO relation (…) SELECT …` of all rows in one statement; `suffix` may say what to do on conflict. */
export function bulkInsert(relation: Sql, columns: readonly BulkColumn[], suffix: Sql = raw('')): Sql {
  const selected = columns.map(({ name, castTo }) =>
    castTo ? sql`${ident(name)}::${raw(castTo)}` : ident(name),
  );
  return sql`INSERT INTO ${relation} (${columnNames(columns)}) SELECT ${join(selected)} FROM ${unnest(columns, 'rows')} ${suffix}`;
}

/** `column = excluded.column, …`, for `ON CONFLICT … DO UPDATE SET`. */
export function assignExcluded(names: readonly string[]): Sql {
  return join(names.map((name) => sql`${ident(name)} = excluded.${ident(name)}`));
}

/** Whether rows of two relations are the same by these columns. */
export function matches(left: string, right: string, names: readonly string[]): Sql {
  return join(
    names.map((name) => sql`${ident(left, name)} = ${ident(right, name)}`),
    ' AND ',
  );
}

/**
 * Whether a time column lies within the span of some moments. Said of a hypertable that is joined by its time, it is
 * what lets the planner leave out the chunks that no row can meet.
 */
export function isBetween(relation: string, column: string, moments: readonly Instant[]): Sql {
  return sql`${ident(relation, column)} BETWEEN ${toTimestamptz(earliest(moments))} AND ${toTimestamptz(latest(moments))}`;
}

/**
 * A subquery that is answered anew for each row on its left, as `… CROSS JOIN foundByIndex(…) AS name`: by the index that
 * its equalities fit, however the planner thinks of the rows. Its statistics know nothing of the newest times, where
 * streams write, so it takes a join there for one of a few rows, and compares each with each. `OFFSET 0` is what holds it off.
 */
export function foundByIndex(query: Sql): Sql {
  return sql`LATERAL (${query} OFFSET 0)`;
}
