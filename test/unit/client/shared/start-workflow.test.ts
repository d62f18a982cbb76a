import type { WorkflowStartOptions } from '@temporalio/client';
import { expect, test } from 'vitest';
import { startWorkflow } from '../../../../client/shared/start-workflow.ts';
import type { Temporal } from '../../../../client/shared/temporal.ts';

test('startWorkflow starts a workflow on the task queue or joins the one that runs', async () => {
  expect(await started('short')).toEqual({
    workflowId: 'retention',
    taskQueue: 'queue',
    args: [{}],
    workflowIdConflictPolicy: 'USE_EXISTING',
    staticSummary: 'short',
  });
});

test.each(['x', 'ü', '東', '😀'])(
  'a summary of %s is shortened to 200 bytes at a boundary of characters',
  async (character) => {
    const { staticSummary } = await started(character.repeat(300));
    const bytes = Buffer.byteLength(character);
    expect(staticSummary).toBe(character.repeat(Math.floor(200 / bytes)));
  },
);

/** The options that Temporal receives for a workflow with this summary. */
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
