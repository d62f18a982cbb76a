import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { ensureBatchSchedule } from '../../../client/registry/schedules.ts';
import { formatInstant, fromMillis } from '../../../domain/time/instant.ts';
import { latestTime, timetableOf } from '../../../domain/time/timetable.ts';
import { batchScheduleId } from '../../../domain/workflow-ids.ts';
import { transactionFeatures } from '../../../examples/churn/definitions/transaction-features.ts';
import { userProfileFeatures } from '../../../examples/churn/definitions/user-profile-features.ts';
import type { BatchResult, BatchStatus } from '../../../schemas/workflows/compute-batch-features.ts';
import { readBatchRows } from '../../support/expectations/batch-rows.ts';
import { eventually } from '../../support/expectations/eventually.ts';
import { rootFailure } from '../../support/expectations/root-failure.ts';
import { expectBatchOracle, readEvents, withBatchProject } from '../../support/projects/batch-project.ts';
import { produce } from '../../support/projects/log.ts';
import type { Project } from '../../support/projects/project.ts';
import { runAsof } from '../../support/servers/asof.ts';

const TWO = [event('a', '2026-02-27T10:00:00Z'), event('b', '2026-02-28T10:00:00Z')];
const AT = '2026-03-01T00:00:00.000000Z';
const TABLES = [userProfileFeatures.definition, transactionFeatures.definition];

test('a batch that is started by hand writes the rows of its time, and a late event makes a new version of a row', async () => {
  await withBatchProject({}, (project) =>
    project.withWorkers(1, async () => {
      const { kafka, source, pool } = project;
      await produce(kafka, source, TWO);
      await readEvents(project);
      for (const { name: table } of TABLES) {
        const result = await startByHand(project, { table, at: '2026-03-01T01:00:00+01:00' });
        expect(result).toEqual({ table, at: AT, rows: 2, changed: 2 });
      }
      await expectBatchOracle(project, [AT]);

      await produce(kafka, source, [event('a', '2025-12-31T00:00:00Z')]);
      await readEvents(project);
      const { name: table } = transactionFeatures.definition;
      expect(await startByHand(project, { table, at: AT })).toEqual({ table, at: AT, rows: 2, changed: 1 });
      expect(await startByHand(project, { table, at: AT })).toEqual({ table, at: AT, rows: 2, changed: 0 });
      const { rows } = await pool.query<object>(`
        SELECT old.user_id, old.purchase_count_90d::int AS was, new.purchase_count_90d::int AS is,
               old.write_id < new.write_id AND old.superseded_by = new.write_id AS in_order
        FROM history.transaction_features AS old JOIN features.transaction_features AS new USING (user_id, feature_ts)`);
      expect(rows).toEqual([{ user_id: 'a', was: 1, is: 2, in_order: true }]);
      const { rows: runs } = await pool.query<{ seen: number }>(`
        SELECT (SELECT sum(value::bigint) FROM jsonb_each_text(events_through))::int AS seen
        FROM asof.batch_runs ORDER BY feature_table`);
      expect(runs.map(({ seen }) => seen)).toEqual([3, 2]);
    }),
  );
});

test('a batch waits until the stream has passed its logical time, but not for empty partitions', async () => {
  await withBatchProject({}, (project) =>
    project.withWorkers(1, () =>
      project.withTemporal(async ({ client, taskQueue }) => {
        await produce(project.kafka, project.source, TWO);
        const { name: table } = transactionFeatures.definition;
        const handle = await client.workflow.start('computeBatchFeatures', {
          workflowId: `by-hand-${project.source}`,
          taskQueue,
          args: [{ table, at: AT }],
        });
        const status = await eventually('the wait', async () => {
          const now = await handle.query<BatchStatus>('status');
          return now.state === 'waiting' && now;
        });
        expect(status.behind.map(({ next }) => next)).toEqual(status.behind.map(() => '0'));
        expect(status.behind.length).toBeLessThanOrEqual(2);
        expect((await readBatchRows(project.pool, AT)).size).toBe(0);
        await readEvents(project);
        expect(await handle.result()).toEqual({ table, at: AT, rows: 2, changed: 2 });
      }),
    ),
  );
});

test('`temporal schedule trigger` writes the rows of the last time that was due', async () => {
  await withBatchProject({}, (project) =>
    project.withWorkers(1, () =>
      project.withTemporal(async (temporal) => {
        await produce(project.kafka, project.source, TWO);
        await readEvents(project);
        const every = { ...transactionFeatures.definition, schedule: '*/5 3-21/2,0 * * *' };
        await ensureBatchSchedule(temporal, every);
        await ensureBatchSchedule(temporal, transactionFeatures.definition);
        const scheduleId = batchScheduleId(every.name);
        const { spec, policies } = await temporal.client.schedule.getHandle(scheduleId).describe();
        expect(spec.calendars).toHaveLength(1);
        expect(policies).toMatchObject({
          overlap: 'BUFFER_ONE',
          pauseOnFailure: false,
          catchupWindow: 31_536_000_000,
        });

        const due = latestTime(
          timetableOf(transactionFeatures.definition.schedule)!,
          fromMillis(Date.now()),
        )!;
        const { code, stderr } = await runAsof(
          ['temporal', 'schedule', 'trigger', '--schedule-id', scheduleId],
          project.environment,
        );
        expect(code, stderr).toBe(0);
        const started = await eventually('the start', async () => {
          const { info } = await temporal.client.schedule.getHandle(scheduleId).describe();
          return info.recentActions[0];
        });
        const { workflowId } = started.action.workflow;
        expect(await temporal.client.workflow.getHandle(workflowId).result()).toEqual({
          table: every.name,
          at: formatInstant(due),
          rows: 2,
          changed: 2,
        });
        const { rows } = await project.pool.query<object>(
          'SELECT DISTINCT feature_ts FROM features.transaction_features',
        );
        expect(rows).toEqual([{ feature_ts: new Date(formatInstant(due)) }]);
      }),
    ),
  );
});

const INVALID: [input: unknown, type: string, message: RegExp][] = [
  [{}, 'ASOF_INPUT_INVALID', /computeBatchFeatures is not valid[\s\S]*at table/],
  [{ table: 'x', att: AT }, 'ASOF_INPUT_INVALID', /att/],
  [{ table: 'x', at: 'yesterday' }, 'ASOF_INPUT_INVALID', /'yesterday' is not an RFC 3339 time[\s\S]*at at/],
  [{ table: 'x', from: AT }, 'ASOF_INPUT_INVALID', /a range needs both from and to[\s\S]*at to/],
  [{ table: 'x', from: AT, to: '2026-02-01T00:00:00Z' }, 'ASOF_INPUT_INVALID', /lies before from/],
  [
    { table: 'x' },
    'ASOF_TABLE_UNKNOWN',
    /no batch table 'x'; known: 'transaction_features', 'user_profile_features'/,
  ],
  [
    { table: 'transaction_features', at: '2999-01-01T00:00:00Z' },
    'ASOF_INPUT_INVALID',
    /lies in the future[\s\S]*at at/,
  ],
  [
    { table: 'transaction_features', from: '2026-01-01T01:00:00Z', to: '2026-01-01T02:00:00Z' },
    'ASOF_INPUT_INVALID',
    /'0 0 \* \* \*' of 'transaction_features' has no time from/,
  ],
];

test('a bad input fails the workflow at once, and the error says what is wrong, where, and what to do', async () => {
  await withBatchProject({}, (project) =>
    project.withWorkers(1, () =>
      project.withTemporal(async ({ client, taskQueue }) => {
        for (const [input, type, message] of INVALID) {
          const workflowId = `bad-${project.source}-${JSON.stringify(input)}`;
          const options = { workflowId, taskQueue, args: [input] };
          const handle = await client.workflow.start('computeBatchFeatures', options);
          const failure = await rootFailure(Promise.race([handle.result(), delay(10_000)]));
          expect(failure.type, workflowId).toBe(type);
          expect(failure.nonRetryable, workflowId).toBe(true);
          expect(failure.message, workflowId).toMatch(message);
        }
      }),
    ),
  );
});

function event(user_id: string, event_ts: string, more: object = {}) {
  return {
    key: user_id,
    value: JSON.stringify({ user_id, event_ts, event_type: 'purchase', revenue: 2.5, ...more }),
  };
}

/** Runs a batch with the Temporal CLI and a JSON input; resolves to its result. */
async function startByHand({ environment, settings }: Project, input: object): Promise<BatchResult> {
  const args = ['workflow', 'execute', '--type', 'computeBatchFeatures', '--output', 'json'];
  const { code, stdout, stderr } = await runAsof(
    ['temporal', ...args, '--task-queue', settings.temporal.taskQueue, '--input', JSON.stringify(input)],
    environment,
  );
  expect(code, stderr).toBe(0);
  return (JSON.parse(stdout) as { result: BatchResult }).result;
}
