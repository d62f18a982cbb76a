import type { NativeConnection } from '@temporalio/worker';

const ACTIVITY = 2; // temporal.api.enums.v1.TaskQueueType

/** How many workers asked for activities of a task queue in the last minutes. */
export async function taskQueuePollers(
  connection: NativeConnection,
  namespace: string,
  taskQueue: string,
): Promise<number> {
  const { pollers } = await connection.workflowService.describeTaskQueue({
    namespace,
    taskQueue: { name: taskQueue },
    taskQueueType: ACTIVITY,
  });
  return pollers?.length ?? 0;
}
