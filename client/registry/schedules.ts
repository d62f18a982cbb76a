import {
  type Client,
  ScheduleNotFoundError,
  type ScheduleOptions,
  ScheduleOverlapPolicy,
} from '@temporalio/client';
import { wakeUps } from '../../domain/batch/wake-ups.ts';
import type { BatchTableDefinition } from '../../domain/registry/definition.ts';
import { fromMillis } from '../../domain/time/instant.ts';
import { RETENTION_WORKFLOW_ID, batchScheduleId } from '../../domain/workflow-ids.ts';
import type { ApplyRetentionInput } from '../../schemas/workflows/apply-retention.ts';
import type { ComputeBatchFeaturesInput } from '../../schemas/workflows/compute-batch-features.ts';
import type { Temporal } from '../shared/temporal.ts';

/** Makes or updates the schedule of a batch table. A paused schedule stays paused. */
export async function ensureBatchSchedule(temporal: Temporal, table: BatchTableDefinition): Promise<void> {
  await ensureSchedule(temporal.client, scheduleOptions(temporal, table));
}

/** Makes or updates the daily schedule of retention. A paused schedule stays paused. */
export async function ensureRetentionSchedule({ client, taskQueue, deployment }: Temporal): Promise<void> {
  const id = deployment.temporalId(RETENTION_WORKFLOW_ID);
  const input: ApplyRetentionInput = {};
  await ensureSchedule(client, {
    scheduleId: id,
    spec: { cronExpressions: ['30 3 * * *'], timezone: 'UTC' },
    // The next run also removes what a missed run would have removed.
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 day', pauseOnFailure: false },
    action: {
      type: 'startWorkflow',
      workflowType: 'applyRetention',
      workflowId: id,
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

function scheduleOptions({ deployment, taskQueue }: Temporal, { name, schedule }: BatchTableDefinition) {
  const id = deployment.temporalId(batchScheduleId(name));
  const input: ComputeBatchFeaturesInput = { table: name };
  return {
    scheduleId: id,
    spec: {
      cronExpressions: wakeUps(schedule, fromMillis(Date.now())),
      timezone: typeof schedule === 'string' ? 'UTC' : schedule.timezone,
    },
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
      workflowId: id,
      taskQueue,
      args: [input],
      staticSummary: `features.${name} as of the schedule's time`,
    },
  } satisfies ScheduleOptions;
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
