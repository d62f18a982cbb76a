import type { WorkflowStartOptions } from '@temporalio/client';
import { expect, test } from 'vitest';
import { startWorkflow } from '../../../../client/shared/start-workflow.ts';
import type { Temporal } from '../../../../client/shared/temporal.ts';

test('a workflow is started on the task queue, or joined', async () => {
  expect(await started('short')).toEqual({
    workflowId: 'retention',
    taskQueue: 'queue',
    args: [{}],
    workflowIdConflictPolicy: 'USE_EXISTING',
    staticSummary: 'short',
  });
});

test.each(['x', 'ü', '東', '😀'])(
  'a summary of %s is truncated at 200 bytes, between characters',
  async (character) => {
    const { staticSummary } = await started(character.repeat(300));
    const bytes = Buffer.byteLength(character);
    expect(staticSummary).toBe(character.repeat(Math.floor(200 / bytes)));
  },
);

/** Starts a workflow with a summary, and returns the options that Temporal gets. */
async function started(summary: string): Promise<WorkflowStartOptions> {
  let asked: WorkflowStartOptions | undefined;
  const start = (_type: string, options: WorkflowStartOptions) => {
    asked = options;
    return Promise.resolve({});
  };
  await startWorkflow({ client: { workflow: { start } }, taskQueue: 'queue' } as unknown as Temporal, {
    type: 'applyRetention',
    workflowId: 'retention',
    input: {},
    summary,
    whileRunning: 'join',
  });
  return asked!;
}
