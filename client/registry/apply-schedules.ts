import type { DefinitionSet } from '../../domain/registry/definition-set.ts';
import type { Definition } from '../../domain/registry/definition.ts';
import { retentionTasks } from '../../domain/retention/retention.ts';
import type { Connections } from '../shared/connections.ts';
import { deleteRetentionSchedule, ensureBatchSchedule, ensureRetentionSchedule } from './schedules.ts';

/**
 * Makes or updates the Temporal schedules of all batch tables and of retention. Deletes the schedule of
 * retention when no registered definition has a retention any more.
 */
export async function applySchedules(
  connections: Connections,
  wanted: DefinitionSet,
  { before, after }: { before: readonly Definition[]; after: readonly Definition[] },
): Promise<void> {
  const batchTables = wanted.ofKind('batch_table');
  const isLimited = retentionTasks(after).length > 0;
  const wasLimited = retentionTasks(before).length > 0;
  if (batchTables.length === 0 && !isLimited && !wasLimited) return;
  const temporal = await connections.temporal();
  for (const table of batchTables) await ensureBatchSchedule(temporal, table);
  if (isLimited) await ensureRetentionSchedule(temporal);
  else if (wasLimited) await deleteRetentionSchedule(temporal.client);
}
