import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure, RawValue } from '@temporalio/common';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Temporal } from '../../../client/shared/temporal.ts';
import { INPUTS, wrongInputs } from '../../support/expectations/wrong-inputs.ts';
import { withProject } from '../../support/projects/project.ts';

const MOST_BYTES = 4_096;
const json = new TextEncoder().encode('json/plain');

/** Payloads that are no JSON, of no encoding, or of another one. */
const undecodable = [
  { metadata: { encoding: json }, data: Buffer.from('{"source":') },
  { metadata: { encoding: json }, data: Buffer.from([0xff, 0xfe]) },
  { metadata: { encoding: json } },
  { metadata: { encoding: Buffer.from('json/protobuf') }, data: Buffer.from('{}') },
  { metadata: {}, data: Buffer.from('{}') },
  { data: Buffer.from('{}') },
].map((payload) => RawValue.fromPayload(payload));

test('arguments of the wrong shape fail every workflow at once, by the name of the field', async () => {
  await withProject({}, (project) =>
    project.withWorkers(1, () =>
      project.withTemporal(async (temporal) => {
        const generated = fc.sample(wrongInputs, { seed: 7, numRuns: 60 });
        await Promise.all(
          generated.map(async ({ type, input, field }) => {
            const failure = await failureOf(temporal, type, [input]);
            expect(failure.message).toContain(field);
          }),
        );
        for (const { type, input, required } of INPUTS) {
          const without = required.length === 0 ? undefined : await failureOf(temporal, type, []);
          for (const field of required) expect(without!.message).toContain(field);
          for (const others of [[{}], [{ paused: 'yes' }, 1]])
            expect((await failureOf(temporal, type, [input, ...others])).message).toContain(
              'takes one argument',
            );
          for (const payload of undecodable)
            expect((await failureOf(temporal, type, [payload])).message).toContain(
              `argument 1 of ${type} cannot be decoded`,
            );
        }
      }),
    ),
  );
});

test('what is sent with a signal or a query is ignored, whether it can be decoded or not', async () => {
  await withProject({}, (project) =>
    project.withWorkers(1, () =>
      project.withTemporal(async ({ client, taskQueue }) => {
        const { source } = project;
        const handle = await client.workflow.start('streamFeatures', {
          workflowId: `signalled-${source}`,
          taskQueue,
          args: [{ source, trigger: '1 hour' }],
          memo: { note: undecodable[0] },
        });
        for (const payload of [...undecodable, { paused: 1 }]) {
          await handle.signal('pause', payload);
          await handle.signal('resume', payload);
          await handle.query('status', payload);
        }
        await handle.signal('drain', ...undecodable);
        expect(await handle.result()).toMatchObject({ state: 'done' });
      }),
    ),
  );
});

let started = 0;

async function failureOf(
  { client, taskQueue }: Temporal,
  type: string,
  args: unknown[],
): Promise<ApplicationFailure> {
  const workflowId = `wrong-${taskQueue}-${(started += 1)}`;
  const handle = await client.workflow.start(type, { workflowId, taskQueue, args });
  const error: unknown = await handle.result().catch((failure: unknown) => failure);
  expect(error, JSON.stringify(args).slice(0, 200)).toBeInstanceOf(WorkflowFailedError);
  const { cause } = error as WorkflowFailedError;
  expect(cause).toBeInstanceOf(ApplicationFailure);
  const { message, type: code, nonRetryable, details } = cause as ApplicationFailure;
  expect([code, nonRetryable]).toEqual(['ASOF_INPUT_INVALID', true]);
  expect(Buffer.byteLength(JSON.stringify([message, code, details]))).toBeLessThan(MOST_BYTES);
  // No task was repeated.
  const { historyLength } = await handle.describe();
  expect(historyLength).toBeLessThanOrEqual(5);
  return cause as ApplicationFailure;
}
