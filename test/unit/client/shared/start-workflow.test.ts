import type { WorkflowStartOptions } from '@temporalio/client';
import { expect, test } from 'vitest';
import { startWorkflow } from '../../../../client/shared/start-workflow.ts';
import type { Temporal } from '../../../../client/shared/temporal.ts';
import { Namespace } from '../../../../domain/namespace.ts';

test('a workflow is started on the task queue, or joined', async () => {
  expect(await started('short')).toEqual({
    workflowId: 'retention',
    taskQueue: 'queue',
    args: [{}],
    workflowIdConflictPolicy: 'USE_EXISTING',
    staticSummary: 'short',
  });
});

test('the id of a workflow carries the namespace of its deployment', async () => {
  expect(await started('short', new Namespace('shop'))).toMatchObject({ workflowId: 'shop:retention' });
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
async function started(summary: string, deployment = Namespace.default): Promise<WorkflowStartOptions> {
  let asked: WorkflowStartOptions | undefined;
  const start = (_type: string, options: WorkflowStartOptions) => {
    asked = options;
    return Promise.resolve({});
  };
  const temporal = { client: { workflow: { start } }, taskQueue: 'queue', deployment };
  await startWorkflow(temporal as unknown as Temporal, {
    type: 'applyRetention',
    workflowId: 'retention',
    input: {},
    summary,
    whileRunning: 'join',
  });
  return asked!;
}
