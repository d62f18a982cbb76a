import { expect, test } from 'vitest';
import { streamWorkflowId } from '../../../domain/workflow-ids.ts';
import type { StreamStatus } from '../../../schemas/workflows/stream-features.ts';
import { simulate } from '../../../simulator/index.ts';
import { eventually } from '../../support/expectations/eventually.ts';
import { expectOracle } from '../../support/expectations/expect-oracle.ts';
import { produce } from '../../support/projects/log.ts';
import { withProject } from '../../support/projects/project.ts';

const events = [...simulate({ seed: 4, until: '2026-03-01T00:00:00Z', days: 1, users: 40 })];

test('a stream with a long workflow history continues as a new run with its totals, and still drains', async () => {
  await withProject({}, (project) =>
    project.withWorkers(1, () =>
      project.withTemporal(async ({ client, taskQueue }) => {
        const { source, kafka } = project;
        const workflowId = streamWorkflowId(source);
        const started = await client.workflow.start('streamFeatures', {
          workflowId,
          taskQueue,
          args: [{ source, from: 'earliest', trigger: '1 second', maxHistoryEvents: 50 }],
        });
        const stream = client.workflow.getHandle(workflowId);
        let sent = 0;
        await eventually('a second run', async () => {
          const batch = events.slice(sent, sent + 100);
          await produce(kafka, source, batch);
          sent += batch.length;
          await eventually(
            'the batch',
            async () => (await stream.query<StreamStatus>('status')).totals.records === sent,
          );
          return (await stream.describe()).runId !== started.firstExecutionRunId;
        });
        await stream.signal('drain');
        expect(await stream.result()).toMatchObject({ state: 'done', totals: { records: sent } });
        await expectOracle(project);
      }),
    ),
  );
});
