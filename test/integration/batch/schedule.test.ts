import { fileURLToPath } from 'node:url';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { expect, test } from 'vitest';
import { batchScheduleId } from '../../../domain/workflow-ids.ts';
import type { BatchRangeResult, BatchStatus } from '../../../schemas/workflows/compute-batch-features.ts';
import { queriedTransactions } from '../../support/definitions/queried-tables.ts';
import { eventually } from '../../support/expectations/eventually.ts';
import { applyAlso, readEvents } from '../../support/projects/batch-project.ts';
import { produce } from '../../support/projects/log.ts';
import { type Project, withProject } from '../../support/projects/project.ts';
import { runAsof } from '../../support/servers/asof.ts';

const MINUTE = 60_000;
const clockBehind = fileURLToPath(new URL('../../support/faults/clock-behind.mjs', import.meta.url));

test('one start computes every time that the schedule has left, whatever was dropped, paused or computed by hand', async () => {
  await withMinutes({ allowedLateness: '0 seconds', ago: 11 }, async (project, table, trigger) => {
    const [third] = (await missing(project, table)).slice(2);
    await project.asof.batch(table).run({ from: third!, to: third! });
    expect(await project.asof.batch(table).check()).toMatchObject({ clean: false, computed: 1 });

    const result = (await (await trigger()).result()) as BatchRangeResult;
    expect(result).toMatchObject({ table, again: false, skipped: 0 });
    expect(result.computed).toBeGreaterThanOrEqual(10);
    // The next minute may have come since.
    expect((await missing(project, table)).every((time) => time > result.to)).toBe(true);

    // A retried or triggered run finds nothing left, and computes the last time once more.
    expect(await (await trigger()).result()).toMatchObject({ table });
  });
});

test('a run computes the times whose late events have come, and waits for the others by the clock', async () => {
  await withMinutes({ allowedLateness: '3 minutes', ago: 8 }, async (project, table, trigger) => {
    const left = await missing(project, table);
    const handle = await trigger();
    const status = await eventually('the times that are settled', async () => {
      const now = await handle.query<BatchStatus>('status');
      return now.computed > 0 && now.state === 'waiting' && now;
    });
    expect(status.times).toBeGreaterThanOrEqual(left.length);
    expect(status.computed).toBeGreaterThanOrEqual(4);
    expect(status.computed).toBeLessThan(status.times);
    const { pending, missing: holes } = await project.asof.batch(table).check();
    expect(pending).toBeGreaterThanOrEqual(3);
    expect(holes).toEqual([]);
    await handle.terminate();
    expect((await missing(project, table)).length).toBeLessThanOrEqual(left.length - 4 + 1);
  });
});

test('a time that cannot be computed does not stop the others, fails the run by name, and is computed once it can be', async () => {
  await withMinutes({ allowedLateness: '0 seconds', ago: 5 }, async (project, table, trigger) => {
    const { pool } = project;
    const poisoned = (await missing(project, table))[1]!;
    // The query fails as of one time only, as a value that cannot be cast would make it fail.
    await pool.query(`
      CREATE FUNCTION reference.poison() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN IF NEW.feature_ts = '${poisoned}' THEN RAISE division_by_zero; END IF; RETURN NEW; END $$;
      CREATE TRIGGER poison BEFORE INSERT ON features.${table} FOR EACH ROW EXECUTE FUNCTION reference.poison()`);
    const failure: unknown = await (await trigger()).result().catch((error: unknown) => error);
    expect((failure as { cause: Error }).cause.message).toMatch(
      new RegExp(
        `1 logical times could not be computed, the first as of ${poisoned}.*asof batch check ${table}`,
      ),
    );
    const cli = await runAsof(['batch', 'check', table], project.environment);
    expect(cli).toMatchObject({ code: 1 });
    expect(cli.stdout).toMatch(/1 are missing. Compute them: npx asof batch run/);

    await pool.query(`DROP TRIGGER poison ON features.${table}`);
    await (await trigger()).result();
    expect(await project.asof.batch(table).check()).toMatchObject({ clean: true });
  });
});

test('workers whose clock is ten minutes behind compute what is due', async () => {
  await withMinutes({ allowedLateness: '0 seconds', ago: 1, workers: 0 }, async (project, table) => {
    const environment = {
      ...project.environment,
      NODE_OPTIONS: `--import ${clockBehind}`,
      CLOCK_BEHIND_MS: String(10 * MINUTE),
    };
    const at = new Date(Math.floor(Date.now() / MINUTE) * MINUTE).toISOString();
    const due = await runAsof(['batch', 'run', table, '--from', at, '--to', at, '--json'], environment);
    expect(due.code, due.stderr).toBe(0);
    expect(JSON.parse(due.stdout)).toMatchObject({ computed: 1 });
  });
});

/** Starts a run of a schedule, and resolves to its workflow. */
type Trigger = () => Promise<WorkflowHandle>;

/**
 * Runs a test on a batch table with a schedule of minutes that began some minutes ago, on a source with one
 * event that its stream has read. Temporal knows a schedule of days, so that nothing but the test starts runs.
 */
async function withMinutes(
  { allowedLateness, ago, workers = 1 }: { allowedLateness: string; ago: number; workers?: number },
  test: (project: Project, table: string, trigger: Trigger) => Promise<void>,
): Promise<void> {
  await withProject({ source: { topicPartitions: 1, allowedLateness } }, async (project) => {
    const { definition } = queriedTransactions;
    await applyAlso(project, [definition]);
    const value = { user_id: 'a', event_type: 'purchase', revenue: 2, event_ts: '2026-02-27T10:00:00Z' };
    await produce(project.kafka, project.source, [{ key: 'a', value: JSON.stringify(value) }]);
    await project.withWorkers(1, () => readEvents(project));
    await project.pool.query(
      `UPDATE asof.definitions SET applied_at = applied_at - $1::interval,
              definition = replace(definition::text, $2, '* * * * *')::json WHERE kind = 'batch_table'`,
      [`${ago} minutes`, definition.schedule],
    );
    await project.pool.query('UPDATE asof.batch_schedules SET complete_to = now() - $1::interval', [
      `${ago} minutes`,
    ]);
    await project.withTemporal(async ({ client }) => {
      const run = () => test(project, definition.name, () => trigger(client, definition.name));
      await (workers === 0 ? run() : project.withWorkers(workers, run));
    });
  });
}

/** The times of the last minutes that have no run, by brute force. */
async function missing({ pool }: Project, table: string): Promise<string[]> {
  const { rows } = await pool.query<{ at: string }>(
    `SELECT to_char(minute AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at
     FROM asof.batch_schedules, asof.definitions,
          generate_series(date_trunc('minute', applied_at) + interval '1 minute', now(), interval '1 minute') AS minute
     WHERE batch_schedules.feature_table = $1 AND name = $1
       AND NOT EXISTS (SELECT FROM asof.batch_runs WHERE logical_time = minute) ORDER BY 1`,
    [table],
  );
  return rows.map(({ at }) => at);
}

async function trigger(client: Client, table: string): Promise<WorkflowHandle> {
  const schedule = client.schedule.getHandle(batchScheduleId(table));
  const before = (await schedule.describe()).info.numActionsTaken;
  await schedule.trigger();
  return eventually('the start', async () => {
    const { info } = await schedule.describe();
    const started = info.numActionsTaken > before && info.recentActions.at(-1);
    return started ? client.workflow.getHandle(started.action.workflow.workflowId) : undefined;
  });
}
