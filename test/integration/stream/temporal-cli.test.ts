import { expect, test } from 'vitest';
import { streamWorkflowId } from '../../../domain/workflow-ids.ts';
import type { StreamStatus } from '../../../schemas/workflows/stream-features.ts';
import { simulate } from '../../../simulator/index.ts';
import { eventually } from '../../support/expectations/eventually.ts';
import { expectOracle } from '../../support/expectations/expect-oracle.ts';
import { produce } from '../../support/projects/log.ts';
import { type Project, withProject } from '../../support/projects/project.ts';
import { readmeCommand } from '../../support/readme.ts';
import { runAsof } from '../../support/servers/asof.ts';

const events = [...simulate({ seed: 3, until: '2026-03-01T00:00:00Z', days: 2, users: 60 })];

test("the README's commands start, query, pause, resume and drain a stream", async () => {
  await withProject({}, (project) =>
    project.withWorkers(1, async () => {
      const { source, kafka } = project;
      const run = readmeRunner(project);
      const status = async (): Promise<StreamStatus> => statusIn(await run('--type status'));
      const reach = (what: string, reached: (status: StreamStatus) => boolean) =>
        eventually(what, async () => {
          const now = await status();
          return reached(now) && now;
        });

      await run('workflow start', { '"trigger":"5 minutes"': '"trigger":"2 seconds","from":"earliest"' });
      await produce(kafka, source, part(0));
      const first = await reach('a first micro-batch', ({ totals }) => totals.records > 0);
      await produce(kafka, source, part(1));
      const second = await reach(
        'a second one',
        ({ totals }) => totals.microBatches > first.totals.microBatches,
      );
      expect(second.triggers).toBeGreaterThan(first.triggers);

      await run('--name pause');
      await reach('the pause', ({ state }) => state === 'paused');
      await produce(kafka, source, part(2));
      const paused = await status();
      await run('--name resume');
      await reach(
        'the events of the pause',
        ({ totals }) => totals.records >= paused.totals.records + part(2).length,
      );

      await run('--name drain');
      await project.withTemporal(async ({ client }) => {
        const end = (await client.workflow.getHandle(streamWorkflowId(source)).result()) as StreamStatus;
        expect(end).toMatchObject({ source, state: 'done', lag: 0 });
      });
      await expectOracle(project);
      expect((await run('stream check')).stdout).toContain('is clean');
    }),
  );
});

test('runNow reads at once, before the trigger is due', async () => {
  await withProject({}, (project) =>
    project.withWorkers(1, async () => {
      const run = readmeRunner(project);
      await run('workflow start', { '"trigger"': '"from":"earliest","trigger"' });
      await eventually(
        'the wait for the trigger',
        async () => statusIn(await run('--type status')).state === 'waiting',
      );
      await produce(project.kafka, project.source, part(3));
      await run('--name runNow');
      await eventually(
        'the events',
        async () => statusIn(await run('--type status')).totals.records === part(3).length,
      );
      await run('--name drain');
      await project.withTemporal(({ client }) =>
        client.workflow.getHandle(streamWorkflowId(project.source)).result(),
      );
      await expectOracle(project);
    }),
  );
});

function part(index: number) {
  return events.slice((index * events.length) / 4, ((index + 1) * events.length) / 4);
}

/**
 * Returns a function that runs the README's command that contains `text`, on the project's source and task
 * queue and with the given replacements.
 */
function readmeRunner({ source, environment, settings }: Project) {
  return async (text: string, changes: Record<string, string> = {}) => {
    const args = readmeCommand(text).map((arg) =>
      Object.entries({ 'user-events': source, ...changes }).reduce(
        (changed, [from, to]) => changed.replace(from, to),
        arg === 'asof' ? settings.temporal.taskQueue : arg,
      ),
    );
    const result = await runAsof(args, environment);
    expect(result.code, `${args.join(' ')}\n${result.stderr}`).toBe(0);
    return result;
  };
}

/** The Temporal CLI prints a query's answer as `QueryResult  {…}`. */
function statusIn({ stdout }: { stdout: string }): StreamStatus {
  return JSON.parse(stdout.slice(stdout.indexOf('{'))) as StreamStatus;
}
