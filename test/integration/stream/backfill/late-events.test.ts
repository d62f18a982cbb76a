import { expect, test } from 'vitest';
import type { BackfillOptions, BackfillResult } from '../../../../client/index.ts';
import { backfillWorkflowId, streamWorkflowId } from '../../../../domain/workflow-ids.ts';
import { EXAMPLE, type OracleOptions } from '../../../oracle/log.ts';
import { oracle } from '../../../oracle/oracle.ts';
import { expectOracle } from '../../../support/expectations/expect-oracle.ts';
import { rootFailure } from '../../../support/expectations/root-failure.ts';
import { readWindows, windowDifferences } from '../../../support/expectations/tables.ts';
import { afterKilledWorkers } from '../../../support/faults/killed-workers.ts';
import { disorderedEvents, listedLate } from '../../../support/projects/backfill.ts';
import { produce, readLog } from '../../../support/projects/log.ts';
import { type Project, withProject } from '../../../support/projects/project.ts';
import { runAsof } from '../../../support/servers/asof.ts';
import { startWithTemporalCli } from '../../../support/servers/temporal-cli.ts';

const table = 'user_activity_features';
const source = { topicPartitions: 3 };

test('late events enter no row until a backfill merges a range of them, and then all beside a running stream', async () => {
  await withProject({ source }, (project) =>
    project.withWorkers(1, async () => {
      const run = (options: BackfillOptions): Promise<BackfillResult> =>
        project.asof.table(table).backfill(options);
      await produce(project.kafka, project.source, disorderedEvents(1, 900));
      await read(project);
      await expectOracle(project);

      const [from, to] = ['2026-03-01T02:10:00Z', '2026-03-01T03:40:00Z'];
      const partly = await run({ from, to, maxEvents: 20 });
      expect(partly).toMatchObject({ table, from, to, late: 'merge', filled: 0 });
      expect(partly.chunks).toBeGreaterThan(1);
      const [first, end] = ['2026-03-01T02:00:00Z', '2026-03-01T03:45:00Z'].map(micros) as [bigint, bigint];
      const inRange = (moment: bigint): boolean => first <= moment && moment < end;
      await expectMerged(project, inRange);
      expect(await run({ from, to })).toMatchObject({ chunks: 0, merged: 0, rows: 0 });

      const meanwhile = project.withTemporal(async ({ client, taskQueue }) => {
        const stream = await client.workflow.start('streamFeatures', {
          workflowId: streamWorkflowId(project.source),
          taskQueue,
          args: [{ source: project.source, trigger: '1 second', shards: 2, maxRecords: 50 }],
        });
        await produce(project.kafka, project.source, disorderedEvents(2, 400));
        await stream.signal('drain');
        await stream.result();
      });
      const whole = await run({ maxEvents: 10 });
      await meanwhile;
      const rest = await run({});
      const listed = await listedLate(project, table);
      expect(partly.merged + whole.merged + rest.merged).toBe(listed.length);
      expect(listed.every(({ merged }) => merged)).toBe(true);
      await expectMerged(project, () => true);
      expect(await run({})).toMatchObject({ chunks: 0, merged: 0, rows: 0 });
    }),
  );
});

test('the Temporal CLI starts a backfill, and its page shows the result', async () => {
  await withProject({ source }, (project) =>
    project.withWorkers(1, async () => {
      await produce(project.kafka, project.source, disorderedEvents(1, 600));
      await read(project);
      const { result, page } = await startWithTemporalCli<BackfillResult>(project, 'backfillFeatures', {
        table,
      });
      const { chunks, merged, rows } = result;
      expect(result).toEqual({
        table,
        from: null,
        to: null,
        late: 'merge',
        chunks,
        filled: 0,
        merged,
        lost: 0,
        rows,
      });
      expect(merged).toBe((await listedLate(project, table)).length);
      expect(page).toContain(`features.${table}: done`);
      expect(page).toContain(`${merged} late events merged; ${rows} rows new or changed`);
      await expectMerged(project, () => true);
    }),
  );
});

test('a source that corrects late events merges them at once and lists them', async () => {
  await withProject({ source: { ...source, late: 'correct' } }, (project) =>
    project.withWorkers(1, async () => {
      await produce(project.kafka, project.source, disorderedEvents(1, 600));
      await read(project);
      await expectMerged(project, () => true);
      const listed = await listedLate(project, table);
      expect(listed.length).toBeGreaterThan(20);
      expect(listed.every(({ merged }) => merged)).toBe(true);
    }),
  );
});

test('a backfill whose workers are killed continues where it stopped and merges nothing twice', async () => {
  await withProject({ source }, async (project) => {
    const { kafka, pool, environment } = project;
    await produce(kafka, project.source, disorderedEvents(1, 1_500));
    await project.withWorkers(1, () => read(project));
    const merged = async (): Promise<bigint> => {
      const { rows } = await pool.query<{ n: string }>(
        'SELECT count(merged_by) AS n FROM events.late_events',
      );
      return BigInt(rows[0]!.n);
    };
    await project.withTemporal(async ({ client, taskQueue }) => {
      const run = await client.workflow.start('backfillFeatures', {
        workflowId: backfillWorkflowId(table),
        taskQueue,
        args: [{ table, maxEvents: 1 }],
      });
      await afterKilledWorkers(environment, merged, async () => {
        const cli = await runAsof(['backfill', table, '--json'], environment);
        expect(JSON.parse(cli.stdout)).toMatchObject({ table, from: null, to: null, filled: 0 });
        await run.result();
      });
    });
    expect(await merged()).toBe(BigInt((await listedLate(project, table)).length));
    await expectMerged(project, () => true);
  });
}, 240_000);

const cases: [what: string, input: unknown, type: string, message: RegExp][] = [
  ['no input', undefined, 'ASOF_INPUT_INVALID', /input of backfillFeatures is not valid/],
  ['no table', {}, 'ASOF_INPUT_INVALID', /at table/],
  ['a time that is none', { table, from: 'yesterday' }, 'ASOF_INPUT_INVALID', /RFC 3339[\s\S]*at from/],
  [
    'a range of nothing',
    { table, from: '2026-03-01T00:00:00Z', to: '2026-03-01T00:00:00Z' },
    'ASOF_INPUT_INVALID',
    /must lie after from[\s\S]*at to/,
  ],
  [
    'an unknown table',
    { table: 'nothing' },
    'ASOF_TABLE_UNKNOWN',
    /no stream table 'nothing'; known: 'user_/,
  ],
];

test('a bad input fails the workflow at once, and the error names the field', async () => {
  await withProject({ source: { topicPartitions: 1 } }, (project) =>
    project.withWorkers(1, () =>
      project.withTemporal(async ({ client, taskQueue }) => {
        for (const [what, input, type, message] of cases) {
          const handle = await client.workflow.start('backfillFeatures', {
            workflowId: `bad-${project.source}-${what}`,
            taskQueue,
            args: input === undefined ? [] : [input],
          });
          expect(await rootFailure(handle.result()), what).toMatchObject({
            type,
            nonRetryable: true,
            message: expect.stringMatching(message) as string,
          });
        }
      }),
    ),
  );
});

async function read(project: Project): Promise<void> {
  await project.asof.stream(project.source).readToHead({ from: 'earliest' });
}

/** Expects the rows of the oracle in which the late events with an event time in `merged` are merged. */
async function expectMerged(project: Project, merged: OracleOptions['merged'] & {}): Promise<void> {
  const expected = oracle(await readLog(project.kafka, project.source), { ...EXAMPLE, merged });
  expect(windowDifferences(await readWindows(project.pool), expected).slice(0, 5)).toEqual([]);
}

function micros(time: string): bigint {
  return BigInt(Date.parse(time)) * 1000n;
}
