import {
  type Client,
  ScheduleNotFoundError,
  type ScheduleOptions,
  ScheduleOverlapPolicy,
} from '@temporalio/client';
import type { BatchTableDefinition } from '../../domain/registry/definition.ts';
import { RETENTION_WORKFLOW_ID, batchScheduleId } from '../../domain/workflow-ids.ts';
import type { ApplyRetentionInput } from '../../schemas/workflows/apply-retention.ts';
import type { ComputeBatchFeaturesInput } from '../../schemas/workflows/compute-batch-features.ts';
import type { Temporal } from '../shared/temporal.ts';

/** Makes or updates the schedule of a batch table. A paused schedule stays paused. */
export async function ensureBatchSchedule(
  { client, taskQueue }: Temporal,
  table: BatchTableDefinition,
): Promise<void> {
  await ensureSchedule(client, scheduleOptions(table, taskQueue));
}

/** Makes or updates the daily schedule of retention. A paused schedule stays paused. */
export async function ensureRetentionSchedule({ client, taskQueue }: Temporal): Promise<void> {
  const input: ApplyRetentionInput = {};
  await ensureSchedule(client, {
    scheduleId: RETENTION_WORKFLOW_ID,
    spec: { cronExpressions: ['30 3 * * *'], timezone: 'UTC' },
    // The next run also removes what a missed run would have removed.
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 day', pauseOnFailure: false },
    action: {
      type: 'startWorkflow',
      workflowType: 'applyRetention',
      workflowId: RETENTION_WORKFLOW_ID,
      taskQueue,
      args: [input],
      staticSummary: 'what is older than the definitions say',
    },
  });
}

async function ensureSchedule(client: Client, options: ScheduleOptions): Promise<void> {
  const handle = client.schedule.getHandle(options.scheduleId);
  try {
    await handle.update(({ state }) => ({ ...options, state }));
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
    await client.schedule.create(options);
  }
}

function scheduleOptions({ name, schedule }: BatchTableDefinition, taskQueue: string) {
  const input: ComputeBatchFeaturesInput = { table: name };
  return {
    scheduleId: batchScheduleId(name),
    spec: { cronExpressions: [schedule], timezone: 'UTC' },
    policies: {
      overlap: ScheduleOverlapPolicy.BUFFER_ONE,
      // A run computes every time that is left, however many starts were dropped. Temporal starts it after any
      // outage that this window covers, else at the next time of the schedule.
      catchupWindow: '365 days',
      pauseOnFailure: false,
    },
    action: {
      type: 'startWorkflow',
      workflowType: 'computeBatchFeatures',
      workflowId: batchScheduleId(name),
      taskQueue,
      args: [input],
      staticSummary: `features.${name} as of the schedule's time`,
    },
  } satisfies ScheduleOptions;
}

/** Deletes the schedule of retention. Returns whether it existed. */
export function deleteRetentionSchedule(client: Client): Promise<boolean> {
  return deleteSchedule(client, RETENTION_WORKFLOW_ID);
}

/** Deletes a schedule. Returns whether it existed. */
export async function deleteSchedule(client: Client, scheduleId: string): Promise<boolean> {
  try {
    await client.schedule.getHandle(scheduleId).delete();
    return true;
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return false;
    throw error;
  }
}
