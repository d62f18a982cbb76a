import sql, { raw } from 'sql-template-tag';
import { AsofError } from '../../domain/errors/asof-error.ts';
import { type Instant, formatInstant, later } from '../../domain/time/instant.ts';
import type { RetentionFloors } from '../../domain/windows/retention-floors.ts';
import { type Queryable } from '../sql/client.ts';
import { microsExpression } from '../sql/timestamp.ts';

/** The data of a source that has a floor: its raw events, or its late list. */
export type Floored = 'raw' | 'late';

/** The floor of the raw events of a source, or of its late list. Undefined if nothing was removed. */
export async function readFloor(
  db: Queryable,
  source: string,
  floored: Floored = 'raw',
): Promise<Instant | undefined> {
  const { rows } = await db.query<{ floor: string | null }>(sql`
    SELECT ${raw(microsExpression(`${floored}_from`))} AS floor FROM asof.retention_floors WHERE source = ${source}`);
  const floor = rows[0]?.floor ?? null;
  return floor === null ? undefined : BigInt(floor);
}

/**
 * The floors of the data from which the stream tables of a source are computed. They change only together
 * with the revision of the source.
 */
export async function readFloors(
  db: Queryable,
  source: string,
  tables: readonly string[],
): Promise<RetentionFloors> {
  const [rawFrom, lateFrom] = [await readFloor(db, source, 'raw'), await readFloor(db, source, 'late')];
  return {
    raw: rawFrom === undefined || lateFrom === undefined ? (rawFrom ?? lateFrom) : later(rawFrom, lateFrom),
    tiles: await readTileFloors(db, tables),
    joined: await readFloorsAtJoining(db, tables),
  };
}

/** The floor of the tiles of a table. Undefined if no tiles were removed. */
export async function readTileFloor(db: Queryable, table: string): Promise<Instant | undefined> {
  return (await readTileFloors(db, [table])).get(table);
}

async function readTileFloors(db: Queryable, tables: readonly string[]): Promise<Map<string, Instant>> {
  const { rows } = await db.query<{ table: string; floor: string }>(sql`
    SELECT feature_table AS "table", ${raw(microsExpression('tiles_from'))} AS floor
    FROM asof.tile_floors WHERE feature_table = ANY(${tables}::text[])`);
  return new Map(rows.map(({ table, floor }) => [table, BigInt(floor)]));
}

async function readFloorsAtJoining(db: Queryable, tables: readonly string[]): Promise<Map<string, Instant>> {
  const { rows } = await db.query<{ table: string; floor: string }>(sql`
    SELECT feature_table AS "table", ${raw(microsExpression('raw_from'))} AS floor
    FROM asof.table_fills WHERE feature_table = ANY(${tables}::text[]) AND raw_from IS NOT NULL`);
  return new Map(rows.map(({ table, floor }) => [table, BigInt(floor)]));
}

/**
 * Checks that retention has left the raw events at a moment.
 *
 * @param moment an event time.
 * @param what what needs the raw events, for the message.
 * @throws AsofError `ASOF_BELOW_RETENTION` when retention may have removed them.
 */
export async function requireAboveFloor(
  db: Queryable,
  source: string,
  moment: Instant,
  what: string,
): Promise<void> {
  const floor = await readFloor(db, source);
  if (floor === undefined || moment >= floor) return;
  throw new AsofError(
    'ASOF_BELOW_RETENTION',
    `${what} needs raw events of '${source}' that retention has removed: those before ${formatInstant(floor)}. Nothing was written; take a time after ${formatInstant(floor)}`,
    { details: { source, moment: formatInstant(moment), floor: formatInstant(floor) } },
  );
}
