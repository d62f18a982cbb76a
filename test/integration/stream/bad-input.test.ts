import { expect, test } from 'vitest';
import { rootFailure } from '../../support/expectations/root-failure.ts';
import { withProject } from '../../support/projects/project.ts';

const cases: [what: string, input: unknown, type: string, message: RegExp][] = [
  ['no input', undefined, 'ASOF_INPUT_INVALID', /input of streamFeatures is not valid[\s\S]*at source/],
  ['no source', {}, 'ASOF_INPUT_INVALID', /at source/],
  ['text', 'user-events', 'ASOF_INPUT_INVALID', /expected object/],
  ['an unknown setting', { source: 's', triger: '5 minutes' }, 'ASOF_INPUT_INVALID', /triger/],
  [
    'a trigger that is no duration',
    { source: 's', trigger: '5m' },
    'ASOF_INPUT_INVALID',
    /'5m' is not a duration[\s\S]*at trigger/,
  ],
  [
    'an unknown source',
    { source: 'nobody' },
    'ASOF_SOURCE_UNKNOWN',
    /no event source 'nobody'; known: 'user-events-.*npx asof apply/,
  ],
];

test('a bad input fails the workflow at once, and the error says what is wrong, where, and what to do', async () => {
  await withProject({}, (project) =>
    project.withWorkers(1, () =>
      project.withTemporal(async ({ client, taskQueue }) => {
        for (const [what, input, type, message] of cases) {
          const handle = await client.workflow.start('streamFeatures', {
            workflowId: `bad-${project.source}-${what}`,
            taskQueue,
            args: input === undefined ? [] : [input],
          });
          const failure = await rootFailure(handle.result());
          expect(failure.type, what).toBe(type);
          expect(failure.nonRetryable, what).toBe(true);
          expect(failure.message, what).toMatch(message);
        }
      }),
    ),
  );
});
