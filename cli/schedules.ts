import { ensureBatchSchedule } from '../client/schedules.ts';
import { withTemporal } from '../client/temporal.ts';
import { temporalSettings } from '../config/servers.ts';
import type { DefinitionSet } from '../schemas/definition-set.ts';

/** Makes the Temporal schedules of all batch tables, or brings them up to date. */
export async function applySchedules({ batchTables }: DefinitionSet): Promise<void> {
  if (batchTables.length === 0) return;
  await withTemporal(temporalSettings(), async (temporal) => {
    for (const table of batchTables) await ensureBatchSchedule(temporal, table);
  });
}
