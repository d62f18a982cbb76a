import { setTimeout as delay } from 'node:timers/promises';
import { streamWorkflowId } from '../../../../domain/workflow-ids.ts';
import { streamDifferences } from '../../expectations/stream-differences.ts';
import { produce } from '../../projects/log.ts';
import { type Life, untilDone } from '../life.ts';
import type { LivedStep } from './step.ts';

const SENDS = 4;
/** The stream reads what there is before the next events come, so that it commits many micro-batches. */
const BETWEEN_SENDS_MS = 500;

/** The first part of the events, up to this share of them. */
const FIRST = 0.7;

/** Reads most events, in a stream that is drained at the end. */
export const streamStep: LivedStep = { live: (life) => read(life, 0, FIRST), check };

/** Reads the other events, when everything has been made from the first. */
export const growStep: LivedStep = { live: (life) => read(life, FIRST, 1), check };

async function read(life: Life, from: number, to: number): Promise<void> {
  const { messages } = life.shop;
  const { source, kafka } = life.project;
  await startStream(life);
  const share = (to - from) / SENDS;
  for (let part = 0; part < SENDS; part += 1) {
    const [start, end] = [from + part * share, from + (part + 1) * share];
    const some = messages.slice(Math.floor(messages.length * start), Math.floor(messages.length * end));
    await untilDone(life, () => produce(kafka, source, some));
    await delay(BETWEEN_SENDS_MS);
  }
  await drain(life);
}

async function startStream(life: Life): Promise<void> {
  const { source } = life.project;
  const workflowId = streamWorkflowId(source);
  await untilDone(life, () =>
    life.project.withTemporal(({ client, taskQueue }) =>
      client.workflow.start('streamFeatures', {
        workflowId,
        taskQueue,
        workflowIdConflictPolicy: 'USE_EXISTING',
        args: [{ source, from: 'earliest', ...life.plan.input }],
      }),
    ),
  );
}

async function drain(life: Life): Promise<void> {
  await untilDone(life, () =>
    life.project.withTemporal(async ({ client }) => {
      const stream = client.workflow.getHandle(streamWorkflowId(life.project.source));
      if ((await stream.describe()).status.name === 'RUNNING') await stream.signal('drain');
      await stream.result();
    }),
  );
}

async function check({ project, plan }: Life): Promise<string[]> {
  const { ledger, rows } = await streamDifferences(project, { options: plan.rules });
  return [...ledger.map((line) => `ledger: ${line}`), ...rows];
}
