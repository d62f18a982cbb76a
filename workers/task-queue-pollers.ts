import type { NativeConnection } from '@temporalio/worker';

const ACTIVITY = 2; // temporal.api.enums.v1.TaskQueueType

/** The number of workers that polled a task queue for activities in the last minutes. */
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
