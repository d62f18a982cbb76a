import {
  ScheduleNotFoundError,
  ScheduleOverlapPolicy,
  type Client,
  type ScheduleOptions,
} from '@temporalio/client';
import type { BatchTableDefinition } from '../domain/definition.ts';
import type { ComputeBatchFeaturesInput } from '../schemas/compute-batch-features.ts';
import type { Temporal } from './temporal.ts';

/** The id of the schedule that computes a batch table. */
export function batchScheduleId(table: string): string {
  return `batch-${table}`;
}

/** Makes the schedule of a batch table, or brings it up to date; whether it is paused stays as it is. */
export async function ensureBatchSchedule(
  { client, taskQueue }: Temporal,
  table: BatchTableDefinition,
): Promise<void> {
  const options = scheduleOptions(table, taskQueue);
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
      // What was missed longer ago is computed by `asof batch run`.
      catchupWindow: '7 days',
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

/** Deletes the schedule of a batch table; says whether there was one. */
export async function deleteBatchSchedule(client: Client, table: string): Promise<boolean> {
  try {
    await client.schedule.getHandle(batchScheduleId(table)).delete();
    return true;
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return false;
    throw error;
  }
}
