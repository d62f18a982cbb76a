import { WorkflowNotFoundError } from '@temporalio/client';
import { connectTemporal } from '../../../client/shared/temporal.ts';
import { stackEnvironment } from '../../../stack/index.ts';

/** What the name of a project's task queue begins with. A queue of a deployment is called otherwise. */
export const PROJECT_QUEUE = 'asof-test-';

/**
 * Ends the workflows that a test which was killed or has failed left behind. Projects share the ids of some
 * workflows, so such a workflow, for which no worker is left, would keep the next test waiting.
 *
 * @param queue the task queue of a project, or what those of all projects begin with.
 */
export async function endLeftWorkflows(queue: string = PROJECT_QUEUE): Promise<void> {
  const temporal = await connectTemporal({
    address: stackEnvironment().TEMPORAL_ADDRESS!,
    namespace: 'default',
    taskQueue: queue,
  });
  try {
    const query = `ExecutionStatus = "Running" AND TaskQueue STARTS_WITH "${queue}"`;
    for await (const { workflowId, runId } of temporal.client.workflow.list({ query }))
      await temporal.client.workflow
        .getHandle(workflowId, runId)
        .terminate('the test that started it has ended without it')
        .catch(unlessEnded);
  } finally {
    await temporal.close();
  }
}

/** Temporal may list a workflow as running that has just ended. */
function unlessEnded(error: unknown): void {
  if (!(error instanceof WorkflowNotFoundError)) throw error;
}
