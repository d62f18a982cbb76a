import sql, { raw } from 'sql-template-tag';
import { type Instant } from '../../domain/time/instant.ts';
import { raiseRevisions } from '../commits/source-revisions.ts';
import { type Floored, readFloor } from '../engine/floors.ts';
import { type Client, type Pool, inTransaction } from '../sql/client.ts';
import { toTimestamptz } from '../sql/timestamp.ts';
import { unfilledTables } from '../tables/fills.ts';

/**
 * Says that raw events before `cutoff` may go. Whoever makes something of raw events holds the source's revision
 * meanwhile: he is waited for here, or sees the floor.
 *
 * @returns the tables that are still being filled from raw events, for which nothing may go; none: the floor is raised.
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

/** Says that lines of the list of late events before `cutoff` may go. */
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

/** Must hold the revision of the table's source exclusively. */
export async function writeTileFloor(client: Client, table: string, floor: Instant): Promise<void> {
  await client.query(sql`
    INSERT INTO asof.tile_floors AS known (feature_table, tiles_from) VALUES (${table}, ${toTimestamptz(floor)})
    ON CONFLICT (feature_table) DO UPDATE SET tiles_from = greatest(known.tiles_from, excluded.tiles_from)`);
}
