import sql, { raw } from 'sql-template-tag';
import { AsofError } from '../domain/errors.ts';
import { formatInstant, type Instant } from '../domain/instant.ts';
import { inTransaction, type Pool, type Queryable } from './client.ts';
import { raiseRevisions } from './source-revisions.ts';
import { unfilledTables } from './table-fills.ts';
import { microsOf, toTimestamptz } from './timestamp.ts';

/** From where on the raw events of a source are whole; undefined where retention has removed none. */
export async function readFloor(db: Queryable, source: string): Promise<Instant | undefined> {
  const { rows } = await db.query<{ floor: string }>(sql`
    SELECT ${raw(microsOf('raw_from'))} AS floor FROM asof.retention_floors WHERE source = ${source}`);
  return rows[0] && BigInt(rows[0].floor);
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
    if (unfilled.length > 0) return unfilled;
    await client.query(sql`
      INSERT INTO asof.retention_floors AS known (source, raw_from) VALUES (${source}, ${toTimestamptz(cut)})
      ON CONFLICT (source) DO UPDATE SET raw_from = greatest(known.raw_from, excluded.raw_from)`);
    return [];
  });
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
