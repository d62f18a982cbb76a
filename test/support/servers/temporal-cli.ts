import { expect } from 'vitest';
import type { Project } from '../projects/project.ts';
import { runAsof } from './asof.ts';

/**
 * Runs a workflow with the Temporal CLI and a JSON input; resolves to its result and its page in the Web UI.
 */
export async function startWithTemporalCli<Result>(
  {
    source,
    settings,
    environment,
    withTemporal,
  }: Pick<Project, 'source' | 'settings' | 'environment' | 'withTemporal'>,
  type: string,
  input: object,
): Promise<{ result: Result; page: string }> {
  const workflowId = `${type}-${source}`;
  const { code, stderr } = await runAsof(
    [
      ...['temporal', 'workflow', 'start', '--type', type, '--workflow-id', workflowId],
      ...['--task-queue', settings.temporal.taskQueue, '--input', JSON.stringify(input)],
    ],
    environment,
  );
  expect(code, stderr).toBe(0);
  return withTemporal(async ({ client }) => {
    const handle = client.workflow.getHandle(workflowId);
    const result = (await handle.result()) as Result;
    const { currentDetails } = await handle.query<{ currentDetails: string }>('__temporal_workflow_metadata');
    return { result, page: currentDetails };
  });
}
