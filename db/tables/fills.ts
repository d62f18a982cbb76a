import sql, { raw } from 'sql-template-tag';
import { AsofError } from '../../domain/errors/asof-error.ts';
import type { EventSourceDefinition, StreamTableDefinition } from '../../domain/registry/definition.ts';
import { type Instant, formatInstant } from '../../domain/time/instant.ts';
import type { Client, Queryable } from '../sql/client.ts';
import { microsExpression, toTimestamptz } from '../sql/timestamp.ts';

/** How far the fill of a stream table has come. */
export interface TableFill {
  readonly table: string;
  /**
   * Tiles that start before this moment are filled, and windows that end at or before it. Null before the
   * first step.
   */
  readonly filledTo: Instant | null;
  /** The fill is done when `filledTo` reaches this moment. Null before the first step. */
  readonly fillTo: Instant | null;
  /**
   * The table counts no event before this moment, since retention had removed raw events when it joined. Null
   * if it had removed none.
   */
  readonly rawFrom: Instant | null;
  /** What the source did with late events at the first step. Null before it. */
  readonly late: EventSourceDefinition['late'] | null;
}

/**
 * Requests the fill of a new table, if its source has been read. The table then never counts an event before
 * the present floor of its raw events, whoever writes it. The caller must hold the revision of the source
 * exclusively.
 */
export async function requestFill(client: Client, { name, source }: StreamTableDefinition): Promise<void> {
  await client.query(sql`
    INSERT INTO asof.table_fills (feature_table, source, raw_from)
    SELECT ${name}, ${source}, (SELECT raw_from FROM asof.retention_floors WHERE source = ${source})
    WHERE EXISTS (SELECT FROM asof.stream_cursors WHERE source = ${source})`);
}

/** The names of the tables of a source that are not filled yet, sorted. */
export async function unfilledTables(db: Queryable, source: string): Promise<string[]> {
  const { rows } = await db.query<{ table: string }>(sql`
    SELECT feature_table AS "table" FROM asof.table_fills WHERE source = ${source} AND done_at IS NULL ORDER BY 1`);
  return rows.map(({ table }) => table);
}

/**
 * The fill of a table; undefined if the table is filled or needs no fill. With `lock`, the fill is locked
 * until commit.
 */
export async function openFill(
  db: Queryable,
  table: string,
  { lock = false }: { lock?: boolean } = {},
): Promise<TableFill | undefined> {
  const { rows } = await db.query<FillRow>(sql`
    SELECT ${raw(microsExpression('filled_to'))} AS filled_to, ${raw(microsExpression('fill_to'))} AS fill_to,
           ${raw(microsExpression('raw_from'))} AS raw_from, late
    FROM asof.table_fills WHERE feature_table = ${table} AND done_at IS NULL ${raw(lock ? 'FOR UPDATE' : '')}`);
  const fill = rows[0];
  if (!fill) return undefined;
  const { filled_to, fill_to, raw_from, late } = fill;
  return {
    table,
    filledTo: toInstant(filled_to),
    fillTo: toInstant(fill_to),
    rawFrom: toInstant(raw_from),
    late,
  };
}

interface FillRow {
  readonly filled_to: string | null;
  readonly fill_to: string | null;
  readonly raw_from: string | null;
  readonly late: TableFill['late'];
}

/** How far a fill has come, and what its source does with late events. */
export interface FillReached {
  readonly filledTo: Instant;
  readonly fillTo: Instant;
  readonly late: EventSourceDefinition['late'];
}

/** Records how far a fill has come. The fill is done when `filledTo` is at or after `fillTo`. */
export async function advanceFill(
  client: Client,
  table: string,
  { filledTo, fillTo, late }: FillReached,
): Promise<void> {
  await client.query(sql`
    UPDATE asof.table_fills
    SET filled_to = ${toTimestamptz(filledTo)}, fill_to = ${toTimestamptz(fillTo)}, late = ${late},
        done_at = CASE WHEN ${filledTo >= fillTo}::boolean THEN now() END
    WHERE feature_table = ${table}`);
}

/** Ends the fill of a table for whose windows the source has no complete raw events. */
export async function endEmptyFill(client: Client, table: string): Promise<void> {
  await client.query(sql`UPDATE asof.table_fills SET done_at = now() WHERE feature_table = ${table}`);
}

/**
 * Checks that all of the tables are filled.
 *
 * @throws AsofError `ASOF_TABLE_NOT_FILLED` when one of them is not.
 */
export async function requireFilled(db: Queryable, tables: readonly string[]): Promise<void> {
  for (const table of tables) {
    const fill = await openFill(db, table);
    if (fill) throw notFilled(fill);
  }
}

function notFilled({ table, filledTo, fillTo }: TableFill): AsofError {
  const reached =
    filledTo === null || fillTo === null
      ? 'it has not begun'
      : `it has reached ${formatInstant(filledTo)} and goes to ${formatInstant(fillTo)}`;
  return new AsofError(
    'ASOF_TABLE_NOT_FILLED',
    `'${table}' joined a source that had been read, and its rows of the time before are still being filled in: ${reached}. ` +
      `Wait for its backfill, which the source's stream starts, or run: npx asof backfill ${table}`,
    { details: { table } },
  );
}

function toInstant(micros: string | null): Instant | null {
  return micros === null ? null : BigInt(micros);
}
