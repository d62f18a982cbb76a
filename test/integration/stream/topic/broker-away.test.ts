import type { WorkflowHandle } from '@temporalio/client';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { streamWorkflowId } from '../../../../domain/workflow-ids.ts';
import type { StreamStatus } from '../../../../schemas/workflows/stream-features.ts';
import { simulate } from '../../../../simulator/index.ts';
import { eventually } from '../../../support/expectations/eventually.ts';
import { streamDifferences } from '../../../support/expectations/stream-differences.ts';
import { produce } from '../../../support/projects/log.ts';
import { type Project, withProject } from '../../../support/projects/project.ts';
import { runAsof } from '../../../support/servers/asof.ts';
import { type OwnBroker, ownBroker } from '../../../support/servers/own-broker.ts';

const events = [...simulate({ seed: 9, until: '2026-03-01T00:00:00Z', days: 1, users: 20 })];
const half = Math.floor(events.length / 2);

let broker: OwnBroker;

beforeAll(async () => {
  broker = await ownBroker();
});
beforeEach(() => broker.start());
afterEach(() => broker.stop());
afterAll(() => broker.remove());

test.each([
  { ending: 'stopped', signal: 'SIGTERM', trigger: '200 milliseconds' },
  { ending: 'killed', signal: 'SIGKILL', trigger: '0 seconds' },
] as const)(
  'a stream with a trigger of $trigger waits for a broker that was $ending, says so, and continues where it stopped',
  async ({ signal, trigger }) => {
    await withStream(trigger, async (project, stream) => {
      await broker.stop(signal);
      await failureThatSays(stream, unreachable());
      expect((await stream.describe()).status.name).toBe('RUNNING');

      await broker.start();
      await produce(project.kafka, project.source, events.slice(half));
      await stream.signal('drain');
      expect(await stream.result()).toMatchObject({ state: 'done' });
      expect(await streamDifferences(project)).toEqual({ ledger: [], rows: [] });
    });
  },
);

test('a command that needs a broker that is away says so', async () => {
  await withProject({ kafka: { brokers: broker.brokers } }, async (project) => {
    const { source, environment, kafka } = project;
    const away = { ...environment, KAFKA_BROKERS: broker.brokers };
    await produce(kafka, source, events);
    await broker.stop();
    for (const command of [
      ['stream', 'run', source, '--until-caught-up'],
      ['stream', 'check', source],
    ]) {
      const { code, stdout, stderr } = await runAsof(command, away);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toMatch(unreachable());
      expect(stderr).not.toMatch(/^\s+at /m);
    }
    await broker.start();
    await project.withWorkers(1, () => project.asof.stream(source).readToHead({ from: 'earliest' }));
    expect(await streamDifferences(project)).toEqual({ ledger: [], rows: [] });
  });
});

function unreachable() {
  return new RegExp(`cannot connect to Kafka: .*${broker.brokers}.*KAFKA_BROKERS.*asof stack status`);
}

/** Runs a test on a stream that has read half of the events. */
async function withStream(
  trigger: string,
  work: (project: Project, stream: WorkflowHandle) => Promise<void>,
): Promise<void> {
  await withProject({ kafka: { brokers: broker.brokers } }, (project) =>
    project.withWorkers(1, () =>
      project.withTemporal(async ({ client, taskQueue }) => {
        const { source, kafka } = project;
        await produce(kafka, source, events.slice(0, half));
        const stream = await client.workflow.start('streamFeatures', {
          workflowId: streamWorkflowId(source),
          taskQueue,
          args: [{ source, from: 'earliest', trigger }],
        });
        await eventually('the first half', async () => (await records(stream)) === half);
        await work(project, stream);
      }),
    ),
  );
}

async function records(stream: WorkflowHandle): Promise<number> {
  return (await stream.query<StreamStatus>('status')).totals.records;
}

/**
 * Waits until the last failure of the activity that Temporal retries has the message; the Web UI and the
 * Temporal CLI show this failure.
 */
function failureThatSays(stream: WorkflowHandle, message: RegExp): Promise<true | undefined> {
  let last: string | null | undefined;
  return eventually(`a failure that says ${message.source}`, async () => {
    const { raw } = await stream.describe();
    last = raw.pendingActivities?.find(({ lastFailure }) => lastFailure)?.lastFailure?.message;
    return last ? message.test(last) || undefined : undefined;
  }).catch((error: unknown) => {
    throw new Error(`the last failure says ${last}`, { cause: error });
  });
}
