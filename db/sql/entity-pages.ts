import sql, { type Sql, raw } from 'sql-template-tag';
import type { Client } from './client.ts';
import { ident } from './identifier.ts';

const FIRST_ROWS = 32;
const MOST_ROWS = 4_000;
/** From one fetch to the next, the number of rows grows at most so many times. */
const GROWTH = 32;
/** About how much one fetch reads: the characters of texts, and eight for any other value. */
const UNITS_PER_FETCH = 16 * 1024 * 1024;

/** An entity, with what its rows come to. */
export interface FoldedEntity<State> {
  readonly key: readonly string[];
  readonly state: State;
}

/**
 * Folds the rows of a query, in which those of an entity follow each other, into states of whole entities, a page at a time. How
 * many rows are fetched at once follows from how large the last ones were, so memory holds about as much whether rows
 * are counts or vectors.
 *
 * @param width the number of primary keys, which are the first columns of the query.
 * @param fold adds the other columns of a row to the state of its entity; undefined before the first row.
 */
export async function* entityPages<State>(
  client: Client,
  query: Sql,
  width: number,
  fold: (state: State | undefined, columns: readonly unknown[]) => State,
): AsyncGenerator<FoldedEntity<State>[]> {
  const name = ident('entity_rows');
  // All rows are wanted, not the first ones soon.
  await client.query('SET LOCAL cursor_tuple_fraction = 1');
  await client.query(sql`DECLARE ${name} NO SCROLL CURSOR FOR ${query}`);
  let open: { readonly key: readonly string[]; state: State } | undefined;
  for (let size = FIRST_ROWS; ;) {
    const { rows } = await client.query<unknown[]>({
      text: sql`FETCH ${raw(String(size))} FROM ${name}`.text,
      rowMode: 'array',
    });
    const whole: FoldedEntity<State>[] = [];
    for (const row of rows) {
      const columns = row.slice(width);
      if (open?.key.every((part, index) => part === row[index])) {
        open.state = fold(open.state, columns);
        continue;
      }
      if (open) whole.push(open);
      open = { key: row.slice(0, width) as string[], state: fold(undefined, columns) };
    }
    const isLast = rows.length < size;
    if (isLast && open) whole.push(open);
    if (whole.length > 0) yield whole;
    if (isLast) break;
    size = nextSize(rows);
  }
  await client.query(sql`CLOSE ${name}`);
}

function nextSize(rows: readonly (readonly unknown[])[]): number {
  const units = rows.reduce(
    (sum, row) => sum + row.reduce((all: number, value) => all + unitsOf(value), 0),
    0,
  );
  const fitting = Math.floor((UNITS_PER_FETCH / units) * rows.length);
  return Math.max(1, Math.min(fitting, rows.length * GROWTH, MOST_ROWS));
}

function unitsOf(value: unknown): number {
  if (typeof value === 'string') return value.length;
  return Array.isArray(value) ? value.length * 8 : 8;
}
