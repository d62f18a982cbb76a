import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { deleteSchedule, ensureRetentionSchedule } from '../../../client/registry/schedules.ts';
import { ledgerViolations } from '../../../db/log/ledger-check.ts';
import { loadRegistry } from '../../../db/registry/registry.ts';
import type { Retained } from '../../../domain/retention/retention.ts';
import { RETENTION_WORKFLOW_ID } from '../../../domain/workflow-ids.ts';
import type { ApplyRetentionInput, RetentionResult } from '../../../schemas/workflows/apply-retention.ts';
import { LATER, applyLaterTable } from '../../support/projects/backfill.ts';
import { commitEvents, createProjectCursors } from '../../support/projects/commit.ts';
import { applyCounts } from '../../support/projects/counts-set.ts';
import { type Project, withProject } from '../../support/projects/project.ts';
import { withFolder } from '../../support/projects/training-set.ts';
import { runAsof } from '../../support/servers/asof.ts';

const table = 'user_activity_features';
const retention = { raw: '10 days', deadLetters: '9 days', lateEvents: '10 days', ledger: '0 days' };
/**
 * As of this moment, the cutoff of raw events is 2026-03-01T00:00:00Z, and the cutoff of dead letters lies
 * after everything that the tests commit.
 */
const AT = '2026-03-11T05:00:00Z';
const bad = { event_ts: '2026-02-28T12:00:00Z' };

test('retention removes what is too old and counts it in the ledger, and a dry run reports the same and removes nothing', async () => {
  await withRetained(async (project) => {
    const before = await contents(project);
    const dry = await run(project, { dryRun: true, at: AT });
    expect(counts(dry)).toEqual({ raw: 6, deadLetters: 1, lateEvents: 1, ledger: 0 });
    expect(await contents(project)).toEqual(before);

    const real = await run(project, { at: AT });
    expect(real).toEqual({ ...dry, dryRun: false });
    expect(await violations(project)).toEqual([]);
    const after = await contents(project);
    expect(after).toMatchObject({ raw: 4, deadLetters: 0, late: 0, ranges: 5, features: before.features });
    expect(counts(await run(project, { at: AT }))).toEqual({
      raw: 0,
      deadLetters: 0,
      lateEvents: 0,
      ledger: 0,
    });

    await commitEvents(project, 0, 11, [young(19), old(21), young(20)]);
    expect(await violations(project)).toEqual([]);
    expect(counts(await run(project, { at: AT }))).toMatchObject({ raw: 1, lateEvents: 1 });
    expect(await violations(project)).toEqual([]);
  });
});

test('old empty ranges of the ledger are joined into one range with their sums', async () => {
  await withRetained(async (project) => {
    const dry = await run(project, { dryRun: true });
    expect(counts(dry)).toEqual({ raw: 10, deadLetters: 1, lateEvents: 1, ledger: 4 });
    expect(counts(await run(project, {}))).toEqual(counts(dry));
    const { rows } = await project.pool.query(
      `SELECT from_offset, to_offset, raw, dead_letters, late, expired, expired_late FROM asof.offset_ledger`,
    );
    expect(rows).toEqual([
      {
        from_offset: '0',
        to_offset: '11',
        raw: '10',
        dead_letters: '1',
        late: '1',
        expired: '11',
        expired_late: '1',
      },
    ]);
    expect(await violations(project)).toEqual([]);
    await commitEvents(project, 0, 11, [young(19), bad]);
    expect(await violations(project)).toEqual([]);
  });
});

test('ranges that still have rows separate the ranges that are joined', async () => {
  await withProject({ source: { topicPartitions: 1, retention } }, async (project) => {
    await createProjectCursors(project, 1);
    const events = [old(1), old(2), young(1), old(3), old(4), old(5), young(2)];
    for (const [offset, event] of events.entries()) await commitEvents(project, 0, offset, [event]);
    const at = AT;
    await project.pool.query(`UPDATE asof.writes SET known_at = '2026-03-01T00:00:00Z'`);
    const dry = await run(project, { dryRun: true, at });
    const real = await run(project, { at });
    expect([counts(dry).ledger, counts(real).ledger]).toEqual([3, 3]);
    const { rows } = await project.pool.query<{ range: string }>(
      `SELECT from_offset || '-' || to_offset AS range FROM asof.offset_ledger ORDER BY from_offset`,
    );
    expect(rows.map(({ range }) => range)).toEqual(['0-2', '2-3', '3-6', '6-7']);
    expect(await violations(project)).toEqual([]);
  });
});

test('neither a merge nor a fill uses raw events below the floor', async () => {
  await withRetained(async (project) => {
    await run(project, { at: AT });
    await commitEvents(project, 0, 11, [old(22), young(21), young(30)]);
    const merge = (from?: string) =>
      project.withWorkers(1, () => project.asof.table(table).backfill({ from }));
    const refused: unknown = await merge('2026-02-28T12:00:00Z').catch((error: unknown) => error);
    expect(String(refused)).toMatch(
      /needs raw events of 'user-events-\w+' that retention has removed: those before 2026-03-01T00:00:00/,
    );
    const rowsOf = async (name: string, from: string): Promise<unknown[]> =>
      (
        await project.pool.query<object>(
          `SELECT to_jsonb(row) - 'write_id' AS row FROM features.${name} AS row WHERE window_start >= $1 ORDER BY 1`,
          [from],
        )
      ).rows;
    expect(await merge()).toMatchObject({ merged: 0, rows: 0 });
    const { rows: below } = await project.pool.query(
      `SELECT FROM events.late_events WHERE merged_by IS NULL AND event_ts < '2026-03-01T00:00:00Z'`,
    );
    expect(below).toHaveLength(1);

    await applyLaterTable(project);
    await project.withWorkers(1, () => project.asof.table(LATER).backfill());
    const filled = await rowsOf(LATER, '2026-01-01T00:00:00Z');
    expect(filled.length).toBeGreaterThan(0);
    expect(filled).toEqual(await rowsOf(table, '2026-03-01T00:00:00Z'));
  });
});

test('raw events are held while a table is filled from them', async () => {
  await withRetained(async (project) => {
    await applyLaterTable(project);
    for (const dryRun of [true, false]) {
      const { removals } = await run(project, { at: AT, dryRun });
      expect(removals.find(({ retained }) => retained === 'raw')).toMatchObject({
        removed: 0,
        held: { rows: 6, why: expect.stringContaining(LATER) as string },
      });
    }
    expect(await violations(project)).toEqual([]);
  });
});

test('row versions that a training set was built from are held, and the others are removed', async () => {
  await withProject({ source: { topicPartitions: 1 } }, (project) =>
    withFolder(async (folder) => {
      await applyCounts(project, { history: '0 days' });
      await createProjectCursors(project, 1);
      await commitEvents(project, 0, 0, [young(21)]);
      await commitEvents(project, 0, 1, [young(22)]);
      const spine = join(folder, 'spine.csv');
      await writeFile(spine, 'user_id,at,label\na,2026-03-01T14:00:00Z,1\n');
      const { id } = await project.withWorkers(1, () =>
        project.asof.trainingSet('counts').build({ spine, out: join(folder, 'rows.parquet') }),
      );
      await commitEvents(project, 0, 2, [young(23)]);
      await commitEvents(project, 0, 3, [young(24)]);
      const versions = async (): Promise<number[]> =>
        (
          await project.pool.query<{ count: number }>(
            `SELECT event_count_1h::int AS count FROM history.${table} WHERE feature_ts = '2026-03-01T13:00:00Z' ORDER BY 1`,
          )
        ).rows.map(({ count }) => count);
      expect(await versions()).toEqual([1, 2, 3]);

      const dry = await run(project, { dryRun: true });
      expect(dry.removals).toMatchObject([
        { retained: 'history', held: { why: `training sets in use: ${id}` } },
      ]);
      const real = await run(project, {});
      expect(real.removals.map(({ removed, held }) => ({ removed, held }))).toEqual(
        dry.removals.map(({ removed, held }) => ({ removed, held })),
      );
      expect(await versions()).toEqual([2]);
      expect((await run(project, {})).removals).toMatchObject([{ removed: 0 }]);
    }),
  );
});

test('a schedule starts retention daily until the schedule is deleted', async () => {
  await withProject({ source: { topicPartitions: 1 } }, (project) =>
    project.withTemporal(async (temporal) => {
      const { client, taskQueue } = temporal;
      await ensureRetentionSchedule(temporal);
      await ensureRetentionSchedule(temporal);
      const { spec, action } = await client.schedule.getHandle(RETENTION_WORKFLOW_ID).describe();
      expect(spec.calendars).toMatchObject([{ hour: [{ start: 3 }], minute: [{ start: 30 }] }]);
      expect(action).toMatchObject({ workflowType: 'applyRetention', taskQueue, args: [{}] });
      expect(await deleteSchedule(client, RETENTION_WORKFLOW_ID)).toBe(true);
      expect(await deleteSchedule(client, RETENTION_WORKFLOW_ID)).toBe(false);
    }),
  );
});

test('the command says on a dry run what it would remove, and removes nothing', async () => {
  await withRetained(async (project) => {
    const before = await contents(project);
    const dry = await runAsof(['retention', 'run', '--dry-run'], project.environment);
    expect(dry.code, dry.stderr).toBe(0);
    expect(dry.stdout).toMatch(/^raw of user-events-\w+ before \S+: 10 would be removed$/m);
    expect(await contents(project)).toEqual(before);
    const real = await runAsof(['retention', 'run', '--json'], project.environment);
    expect(counts(JSON.parse(real.stdout) as RetentionResult)).toMatchObject({ raw: 10, deadLetters: 1 });
  });
});

test('a bad input fails retention at once', async () => {
  await withProject({ source: { topicPartitions: 1 } }, (project) =>
    project.withWorkers(1, async () => {
      const cases: [input: object, message: RegExp][] = [
        [{ at: 'yesterday' }, /RFC 3339[\s\S]*at at/],
        [{ at: '2999-01-01T00:00:00Z' }, /is in the future/],
        [{ dryRun: 'yes' }, /at dryRun/],
      ];
      for (const [input, message] of cases) {
        await expect(project.asof.retention.run(input)).rejects.toMatchObject({
          code: 'ASOF_RETENTION_FAILED',
          message: expect.stringMatching(message) as string,
        });
      }
    }),
  );
});

function old(minute: number) {
  return { user_id: 'a', event_ts: `2026-02-28T12:${minute + 10}:00Z` };
}

function young(minute: number, user_id = 'a') {
  return { user_id, event_ts: `2026-03-01T12:${minute + 10}:00Z` };
}

/**
 * Commits eleven records of partition 0 in five ranges, and runs `work`: six old events, one of them late, a
 * dead letter, and four young events.
 */
async function withRetained(work: (project: Project) => Promise<void>): Promise<void> {
  await withProject({ source: { topicPartitions: 1, retention } }, async (project) => {
    await createProjectCursors(project, 1);
    await commitEvents(project, 0, 0, [old(0), old(1), bad]);
    await commitEvents(project, 0, 3, [old(2)]);
    await commitEvents(project, 0, 4, [old(3), old(4)]);
    await commitEvents(project, 0, 6, [young(0), old(5), young(1)]);
    await commitEvents(project, 0, 9, [young(2, 'b'), young(18)]);
    await work(project);
  });
}

function run(project: Project, input: ApplyRetentionInput): Promise<RetentionResult> {
  return project.withWorkers(1, () => project.asof.retention.run(input));
}

function counts({ removals }: RetentionResult): Partial<Record<Retained, number>> {
  return Object.fromEntries(removals.map(({ retained, removed }) => [retained, removed]));
}

async function violations({ pool, source }: Project): Promise<object[]> {
  return ledgerViolations(pool, (await loadRegistry(pool)).source(source));
}

async function contents({ pool, source }: Project): Promise<{ features: string }> {
  const { rows } = await pool.query<{ features: string }>(`
    SELECT (SELECT count(*)::int FROM events."${source.replaceAll('-', '_')}") AS raw,
           (SELECT count(*)::int FROM events.dead_letters) AS "deadLetters",
           (SELECT count(DISTINCT kafka_offset)::int FROM events.late_events) AS late,
           (SELECT count(*)::int FROM asof.offset_ledger) AS ranges,
           (SELECT md5(string_agg(row::text, '' ORDER BY row::text)) FROM features.${table} AS row) AS features`);
  return rows[0]!;
}
