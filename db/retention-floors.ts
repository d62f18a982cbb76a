import sql, { raw } from 'sql-template-tag';
import { AsofError } from '../domain/errors.ts';
import { formatInstant, later, type Instant } from '../domain/instant.ts';
import type { RetentionFloors } from '../domain/retention-floors.ts';
import { inTransaction, type Client, type Pool, type Queryable } from './client.ts';
import { raiseRevisions } from './source-revisions.ts';
import { unfilledTables } from './table-fills.ts';
import { microsOf, toTimestamptz } from './timestamp.ts';

/** What of a source has a floor: from there on it is whole. */
export type Floored = 'raw' | 'late';

/** From where on the raw events of a source, or the lines of its late ones, are whole; undefined where none was removed. */
export async function readFloor(
  db: Queryable,
  source: string,
  floored: Floored = 'raw',
): Promise<Instant | undefined> {
  const { rows } = await db.query<{ floor: string | null }>(sql`
    SELECT ${raw(microsOf(`${floored}_from`))} AS floor FROM asof.retention_floors WHERE source = ${source}`);
  const floor = rows[0]?.floor ?? null;
  return floor === null ? undefined : BigInt(floor);
}

/** The floors of what the rows of some stream tables of a source are made of. They change only with its revision. */
export async function readFloors(
  db: Queryable,
  source: string,
  tables: readonly string[],
): Promise<RetentionFloors> {
  const [rawFrom, lateFrom] = [await readFloor(db, source, 'raw'), await readFloor(db, source, 'late')];
  return {
    raw: rawFrom === undefined || lateFrom === undefined ? (rawFrom ?? lateFrom) : later(rawFrom, lateFrom),
    tiles: await readTileFloors(db, tables),
  };
}

/**
 * Says that raw events before `cut` may go. Whoever makes something of raw events holds the source's revision
 * meanwhile: he is waited for here, or sees the floor.
 *
 * @returns the tables that are still being filled from raw events, for which nothing may go; none: the floor is raised.
 */
export async function raiseFloor(pool: Pool, source: string, cut: Instant): Promise<string[]> {
  const floor = await readFloor(pool, source);
  if (floor !== undefined && floor >= cut) return [];
  return inTransaction(pool, async (client) => {
    await raiseRevisions(client, [source]);
    const unfilled = await unfilledTables(client, source);
    if (unfilled.length === 0) await writeFloor(client, source, 'raw', cut);
    return unfilled;
  });
}

/** Says that lines of the list of late events before `cut` may go. */
export async function raiseLateFloor(pool: Pool, source: string, cut: Instant): Promise<void> {
  const floor = await readFloor(pool, source, 'late');
  if (floor !== undefined && floor >= cut) return;
  await inTransaction(pool, async (client) => {
    await raiseRevisions(client, [source]);
    await writeFloor(client, source, 'late', cut);
  });
}

async function writeFloor(client: Client, source: string, floored: Floored, cut: Instant): Promise<void> {
  const column = raw(`${floored}_from`);
  await client.query(sql`
    INSERT INTO asof.retention_floors AS known (source, ${column}) VALUES (${source}, ${toTimestamptz(cut)})
    ON CONFLICT (source) DO UPDATE SET ${column} = greatest(known.${column}, excluded.${column})`);
}

/** From where on the tiles of a table are stored; undefined where retention has removed none. */
export async function readTileFloor(db: Queryable, table: string): Promise<Instant | undefined> {
  return (await readTileFloors(db, [table])).get(table);
}

async function readTileFloors(db: Queryable, tables: readonly string[]): Promise<Map<string, Instant>> {
  const { rows } = await db.query<{ table: string; floor: string }>(sql`
    SELECT feature_table AS "table", ${raw(microsOf('tiles_from'))} AS floor
    FROM asof.tile_floors WHERE feature_table = ANY(${tables}::text[])`);
  return new Map(rows.map(({ table, floor }) => [table, BigInt(floor)]));
}

/** Must hold the revision of the table's source exclusively. */
export async function writeTileFloor(client: Client, table: string, floor: Instant): Promise<void> {
  await client.query(sql`
    INSERT INTO asof.tile_floors AS known (feature_table, tiles_from) VALUES (${table}, ${toTimestamptz(floor)})
    ON CONFLICT (feature_table) DO UPDATE SET tiles_from = greatest(known.tiles_from, excluded.tiles_from)`);
}

/**
 * @param what what raw events with an event time at `moment` are needed for.
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
