import type { WorkflowHandle } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';

/** An activity that runs, or that Temporal tries again. */
export interface PendingActivity {
  /** The activity type, such as `writeTrainingSet`. */
  readonly activity: string;
  /** Counted from 1. */
  readonly attempt: number;
  /** What the activity reported last, such as `{ step: 'registering' }`; null before its first report. */
  readonly details: unknown;
  /** Why the last attempt failed; null if none has failed. */
  readonly failure: string | null;
}

/** The pending activities of a workflow and of its child workflows. */
export async function pendingActivities(handle: WorkflowHandle): Promise<PendingActivity[]> {
  const { raw } = await handle.describe();
  const own = (raw.pendingActivities ?? []).map((pending): PendingActivity => {
    const [details] = pending.heartbeatDetails?.payloads ?? [];
    return {
      activity: pending.activityType?.name ?? '',
      attempt: pending.attempt ?? 1,
      details: details ? (defaultPayloadConverter.fromPayload(details) ?? null) : null,
      failure: pending.lastFailure?.message ?? null,
    };
  });
  const children = (raw.pendingChildren ?? []).map(({ workflowId }) =>
    pendingActivities(handle.client.getHandle(workflowId!)),
  );
  return [...own, ...(await Promise.all(children)).flat()];
}
