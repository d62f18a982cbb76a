import { forgetMade, recordIntended, recordMade } from '../../db/registry/made.ts';
import type { Pool } from '../../db/sql/client.ts';
import type { DefinitionSet } from '../../domain/registry/definition-set.ts';
import type { Definition } from '../../domain/registry/definition.ts';
import { retentionTasks } from '../../domain/retention/retention.ts';
import { RETENTION_WORKFLOW_ID, batchScheduleId } from '../../domain/workflow-ids.ts';
import type { Connections } from '../shared/connections.ts';
import { deleteSchedule, ensureBatchSchedule, ensureRetentionSchedule } from './schedules.ts';

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
  const pool = await connections.pool();
  const idOf = (schedule: string): string => temporal.deployment.temporalId(schedule);
  for (const table of batchTables)
    await recorded(pool, idOf(batchScheduleId(table.name)), () => ensureBatchSchedule(temporal, table));
  const retention = idOf(RETENTION_WORKFLOW_ID);
  if (isLimited) await recorded(pool, retention, () => ensureRetentionSchedule(temporal));
  else if (wasLimited) {
    await deleteSchedule(temporal.client, retention);
    await forgetMade(pool, 'schedule', [retention]);
  }
}

async function recorded(pool: Pool, id: string, make: () => Promise<void>): Promise<void> {
  await recordIntended(pool, 'schedule', [id]);
  await make();
  await recordMade(pool, 'schedule', [id]);
}
