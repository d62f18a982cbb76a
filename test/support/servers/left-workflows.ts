import { connectTemporal } from '../../../client/shared/temporal.ts';
import { stackEnvironment } from '../../../stack/index.ts';

/** What the name of a project's task queue begins with. A queue of a deployment is called otherwise. */
export const PROJECT_QUEUE = 'asof-test-';

/**
 * Ends the workflows of projects whose test was killed. Projects share the ids of some workflows, so such a
 * workflow, for which no worker is left, would keep the next test waiting.
 */
export async function endLeftWorkflows(): Promise<void> {
  const temporal = await connectTemporal({
    address: stackEnvironment().TEMPORAL_ADDRESS!,
    namespace: 'default',
    taskQueue: PROJECT_QUEUE,
  });
  try {
    const query = `ExecutionStatus = "Running" AND TaskQueue STARTS_WITH "${PROJECT_QUEUE}"`;
    for await (const { workflowId, runId } of temporal.client.workflow.list({ query }))
      await temporal.client.workflow
        .getHandle(workflowId, runId)
        .terminate('the test run that started it was killed');
  } finally {
    await temporal.close();
  }
}
