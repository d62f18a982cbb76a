import sql, { type Sql, raw } from 'sql-template-tag';
import { AsofError } from '../../domain/errors/asof-error.ts';
import { fieldsOfStreamTable } from '../../domain/features/fields-read.ts';
import type { EventSourceDefinition, StreamTableDefinition } from '../../domain/registry/definition.ts';
import { type Instant, formatInstant } from '../../domain/time/instant.ts';
import { readComplete } from '../log/gaps/field-gaps.ts';
import { stillWaiting } from '../log/gaps/waiting-tables.ts';
import type { Client, Queryable } from '../sql/client.ts';
import { microsExpression, toTimestamptz } from '../sql/timestamp.ts';

/** How far the fill of a stream table has come. */
export interface TableFill {
  readonly table: string;
  readonly source: string;
  /**
   * Tiles that start before this moment are filled, and windows that end at or before it. Null before the
   * first step.
   */
  readonly filledTo: Instant | null;
  /** The fill is done when `filledTo` reaches this moment. Null before the first step. */
  readonly fillTo: Instant | null;
  /** Whether the table has not joined yet, since fields that it reads are being filled. */
  readonly awaitsFields: boolean;
  /**
   * The table counts no event before this moment, since retention had removed raw events when it joined, or
   * events lack a field that it reads. Null if neither is so.
   */
  readonly rawFrom: Instant | null;
  /** What the source did with late events at the first step. Null before it. */
  readonly late: EventSourceDefinition['late'] | null;
}

/**
 * Requests the fill of a new table, if its source has been read. The table then never counts an event before
 * the present floor of its raw events, nor one that may lack a field that it reads, whoever writes it. While
 * such fields are being filled, it waits. The caller must hold the revision of the source exclusively.
 */
export async function requestFill(client: Client, table: StreamTableDefinition): Promise<void> {
  const { name, source } = table;
  const complete = await readComplete(client, source, fieldsOfStreamTable(table));
  await client.query(sql`
    INSERT INTO asof.table_fills (feature_table, source, awaits_fields, raw_from)
    SELECT ${name}, ${source}, ${complete.isFilling}, ${floorWith(source, complete.from)}
    WHERE EXISTS (SELECT FROM asof.stream_cursors WHERE source = ${source})`);
}

/**
 * Lets tables join their source that have waited for fields, if all fields that they read are filled. The caller
 * must hold the revision of the source exclusively.
 *
 * @param tables all tables of the source.
 */
export async function joinFilledTables(
  client: Client,
  tables: readonly StreamTableDefinition[],
): Promise<void> {
  for (const table of tables) {
    const complete = await readComplete(client, table.source, fieldsOfStreamTable(table));
    if (complete.isFilling) continue;
    await client.query(sql`
      UPDATE asof.table_fills SET awaits_fields = false, raw_from = ${floorWith(table.source, complete.from)}
      WHERE feature_table = ${table.name} AND awaits_fields`);
  }
}

/** The later one of the floor of the raw events and a moment. */
function floorWith(source: string, moment: Instant | undefined): Sql {
  const from = moment === undefined ? null : toTimestamptz(moment);
  return sql`greatest((SELECT raw_from FROM asof.retention_floors WHERE source = ${source}), ${from}::timestamptz)`;
}

/** The names of the tables of a source that can be filled now, sorted. */
export async function tablesToFill(db: Queryable, source: string): Promise<string[]> {
  const { rows } = await db.query<{ table: string }>(sql`
    SELECT feature_table AS "table" FROM asof.table_fills
    WHERE source = ${source} AND done_at IS NULL AND NOT awaits_fields ORDER BY 1`);
  return rows.map(({ table }) => table);
}

/** The names of the tables of a source that are not filled yet, or still wait for fields, sorted. */
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
           ${raw(microsExpression('raw_from'))} AS raw_from, late, awaits_fields, source
    FROM asof.table_fills WHERE feature_table = ${table} AND done_at IS NULL ${raw(lock ? 'FOR UPDATE' : '')}`);
  const fill = rows[0];
  if (!fill) return undefined;
  const { filled_to, fill_to, raw_from, late, awaits_fields, source } = fill;
  return {
    table,
    source,
    awaitsFields: awaits_fields,
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
  readonly awaits_fields: boolean;
  readonly source: string;
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

function notFilled({ table, source, awaitsFields, filledTo, fillTo }: TableFill): AsofError {
  if (awaitsFields) return stillWaiting({ table, source });
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
