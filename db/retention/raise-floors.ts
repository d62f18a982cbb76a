import sql, { raw } from 'sql-template-tag';
import { type Instant } from '../../domain/time/instant.ts';
import { raiseRevisions } from '../commits/source-revisions.ts';
import { type Floored, readFloor } from '../engine/floors.ts';
import { type Client, type Pool, inTransaction } from '../sql/client.ts';
import { toTimestamptz } from '../sql/timestamp.ts';
import { unfilledTables } from '../tables/fills.ts';

/**
 * Raises the floor of the raw events of a source to `cutoff`, so that earlier ones may be removed. Everything
 * that computes something from raw events holds the revision of the source: it either blocks here or sees the
 * new floor.
 *
 * @returns the tables whose fill still needs the raw events; the floor then stays. Empty: the floor is at
 * `cutoff` or above.
 */
export async function raiseFloor(pool: Pool, source: string, cutoff: Instant): Promise<string[]> {
  const floor = await readFloor(pool, source);
  if (floor !== undefined && floor >= cutoff) return [];
  return inTransaction(pool, async (client) => {
    await raiseRevisions(client, [source]);
    const unfilled = await unfilledTables(client, source);
    if (unfilled.length === 0) await writeFloor(client, source, 'raw', cutoff);
    return unfilled;
  });
}

/** Raises the floor of the late list of a source to `cutoff`, so that earlier lines may be removed. */
export async function raiseLateFloor(pool: Pool, source: string, cutoff: Instant): Promise<void> {
  const floor = await readFloor(pool, source, 'late');
  if (floor !== undefined && floor >= cutoff) return;
  await inTransaction(pool, async (client) => {
    await raiseRevisions(client, [source]);
    await writeFloor(client, source, 'late', cutoff);
  });
}

async function writeFloor(client: Client, source: string, floored: Floored, cutoff: Instant): Promise<void> {
  const column = raw(`${floored}_from`);
  await client.query(sql`
    INSERT INTO asof.retention_floors AS known (source, ${column}) VALUES (${source}, ${toTimestamptz(cutoff)})
    ON CONFLICT (source) DO UPDATE SET ${column} = greatest(known.${column}, excluded.${column})`);
}

/** Raises the floor of the tiles of a table. The caller must hold the revision of its source exclusively. */
export async function writeTileFloor(client: Client, table: string, floor: Instant): Promise<void> {
  await client.query(sql`
    INSERT INTO asof.tile_floors AS known (feature_table, tiles_from) VALUES (${table}, ${toTimestamptz(floor)})
    ON CONFLICT (feature_table) DO UPDATE SET tiles_from = greatest(known.tiles_from, excluded.tiles_from)`);
}
