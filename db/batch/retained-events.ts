import { readsOnlyRetained } from '../../domain/batch/look-back.ts';
import { AsofError } from '../../domain/errors/asof-error.ts';
import { type Instant, formatInstant } from '../../domain/time/instant.ts';
import { readFloor } from '../engine/floors.ts';
import type { Queryable } from '../sql/client.ts';
import type { Batch } from './load-batch.ts';

/**
 * Checks that retention has left every event that a batch table reads as of a logical time.
 *
 * @throws AsofError `ASOF_BELOW_RETENTION` when it may have removed one.
 */
export async function requireRetained(db: Queryable, batch: Batch, at: Instant): Promise<void> {
  const floor = await readFloor(db, batch.source.name);
  if (!readsOnlyRetained(batch.table, floor, at)) throw notRetained(batch, at, floor!);
}

/** The error for a logical time of which retention may have removed events. */
export function notRetained({ table, source }: Batch, at: Instant, floor: Instant): AsofError {
  const { name, lookBack } = table;
  const [moment, from] = [formatInstant(at), formatInstant(floor)];
  const why =
    lookBack === undefined
      ? `reads all events before that time, and retention has removed those of '${source.name}' before ${from}. ` +
        'If the query looks back over a limited time only, give the table that time as its lookBack, and run: npx asof apply'
      : `reads the events of ${lookBack}, and retention has removed those of '${source.name}' before ${from}`;
  return new AsofError(
    'ASOF_BELOW_RETENTION',
    `features.${name} as of ${moment} ${why}. Nothing was written, and rows that are there stay as they are`,
    { details: { table: name, source: source.name, moment, floor: from } },
  );
}
