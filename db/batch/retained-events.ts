import { dayOf } from '../../domain/batch/day-tiles.ts';
import { readsOnlyRetained } from '../../domain/batch/look-back.ts';
import { planTiles } from '../../domain/batch/tile-plan.ts';
import { AsofError } from '../../domain/errors/asof-error.ts';
import { parseDuration } from '../../domain/time/duration.ts';
import { type Instant, formatInstant } from '../../domain/time/instant.ts';
import { readFloor } from '../engine/floors.ts';
import type { Pool, Queryable } from '../sql/client.ts';
import { readIncomplete } from './complete-fields.ts';
import { type Batch, isTiledBatch } from './load-batch.ts';
import { listEventDays } from './tiles/list-event-days.ts';
import { readTileState } from './tiles/tile-state.ts';

/**
 * Checks that retention has left every event that a batch table reads as of a logical time, and that none of them
 * lacks a field that it reads.
 *
 * @throws AsofError `ASOF_BELOW_RETENTION` when it may have removed one, or one may lack a field.
 */
export async function requireRetained(db: Queryable, batch: Batch, at: Instant): Promise<void> {
  const floor = await readFloor(db, batch.source.name);
  if (!readsOnlyRetained(batch.table, floor, at)) throw notRetained(batch, at, floor!);
  await requireComplete(db, batch, at);
}

/** @throws AsofError `ASOF_BELOW_RETENTION` when an event that the table reads may lack a field that it reads. */
export async function requireComplete(db: Queryable, batch: Batch, at: Instant): Promise<void> {
  const incomplete = (await readIncomplete(db, batch))(at);
  if (incomplete) throw incomplete;
}

/**
 * Reads what retention has removed, and what lacks fields. The result gives the error for a logical time that cannot be computed for
 * that reason; undefined for one that can.
 */
export async function readLosses(pool: Pool, batch: Batch): Promise<(at: Instant) => AsofError | undefined> {
  const incomplete = await readIncomplete(pool, batch);
  if (isTiledBatch(batch)) {
    await listEventDays(pool, batch.source);
    const state = await readTileState(pool, batch);
    const { lookBack } = batch.table;
    const span = lookBack === undefined ? undefined : dayOf(parseDuration(lookBack)!);
    return (at) =>
      planTiles(state, span, dayOf(at)).isLost
        ? notRetained(batch, at, state.floor ?? state.listedFrom!)
        : incomplete(at);
  }
  const floor = await readFloor(pool, batch.source.name);
  return (at) =>
    readsOnlyRetained(batch.table, floor, at) ? incomplete(at) : notRetained(batch, at, floor!);
}

/** The error for a logical time of which retention may have removed events. */
export function notRetained({ table, source }: Batch, at: Instant, floor: Instant): AsofError {
  const { name, lookBack } = table;
  const [moment, from] = [formatInstant(at), formatInstant(floor)];
  const events = lookBack === undefined ? 'all events before that time' : `the events of ${lookBack}`;
  return new AsofError(
    'ASOF_BELOW_RETENTION',
    `features.${name} as of ${moment} reads ${events}, and retention has removed those of '${source.name}' before ${from}${remedy(table)}. Nothing was written, and rows that are there stay as they are`,
    { details: { table: name, source: source.name, moment, floor: from } },
  );
}

function remedy({ sql, lookBack }: Batch['table']): string {
  if (sql === undefined) return ', before day tiles were made of them';
  if (lookBack !== undefined) return '';
  return '. If the query looks back over a limited time only, give the table that time as its reads, and run: npx asof apply';
}
