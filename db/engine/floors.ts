import sql, { raw } from 'sql-template-tag';
import { AsofError } from '../../domain/errors/asof-error.ts';
import { type Instant, formatInstant, later } from '../../domain/time/instant.ts';
import type { RetentionFloors } from '../../domain/windows/retention-floors.ts';
import { type Queryable } from '../sql/client.ts';
import { microsExpression } from '../sql/timestamp.ts';

/** What of a source has a floor: from there on it is whole. */
export type Floored = 'raw' | 'late';

/** From where on the raw events of a source, or the lines of its late ones, are whole; undefined where none was removed. */
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

/** From where on the tiles of a table are stored; undefined where retention has removed none. */
export async function readTileFloor(db: Queryable, table: string): Promise<Instant | undefined> {
  return (await readTileFloors(db, [table])).get(table);
}

async function readTileFloors(db: Queryable, tables: readonly string[]): Promise<Map<string, Instant>> {
  const { rows } = await db.query<{ table: string; floor: string }>(sql`
    SELECT feature_table AS "table", ${raw(microsExpression('tiles_from'))} AS floor
    FROM asof.tile_floors WHERE feature_table = ANY(${tables}::text[])`);
  return new Map(rows.map(({ table, floor }) => [table, BigInt(floor)]));
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
