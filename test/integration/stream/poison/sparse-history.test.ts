import { expect, test } from 'vitest';
import { EXAMPLE } from '../../../oracle/log.ts';
import { oracle } from '../../../oracle/oracle.ts';
import { expectOracle } from '../../../support/expectations/expect-oracle.ts';
import { readWindows, windowDifferences } from '../../../support/expectations/tables.ts';
import { LATER, applyLaterTable } from '../../../support/projects/backfill.ts';
import { withExtra } from '../../../support/projects/extra-field.ts';
import { produce, readLog } from '../../../support/projects/log.ts';
import { type Project, withProject } from '../../../support/projects/project.ts';

const WEEKS = 150;
const WEEK_MS = 7 * 86_400_000;
/** Fewer locks than a transaction would hold that touched all chunks, and more than one that touches few. */
const LOCKS_LEFT = 2_500;
const RULES = { ...EXAMPLE, maxBehind: null };

test('a history of one event a week is read in as many commits as its chunks ask for', async () => {
  await withProject({ source: { topicPartitions: 1, maxBehind: 'none' } }, (project) =>
    project.withWorkers(1, async () => {
      await produce(project.kafka, project.source, weeklyEvents());
      await withFewLocks(project, async () => {
        await project.asof.stream(project.source).readToHead({ from: 'earliest' });
        const { raw } = await expectOracle(project, RULES);
        expect(raw.length).toBe(WEEKS);
      });
      const { rows } = await project.pool.query<{ commits: number; most: number }>(
        'SELECT count(*)::int AS commits, max(raw)::int AS most FROM asof.offset_ledger',
      );
      expect(rows[0]!.commits).toBeGreaterThan(1);
      expect(rows[0]!.most).toBeLessThan(WEEKS / 2);
    }),
  );
}, 300_000);

test('a history of one event a week is filled, and its late events are merged, in as many steps as its chunks ask for', async () => {
  await withProject({ source: { topicPartitions: 1, maxBehind: 'none' } }, (project) =>
    project.withWorkers(1, async () => {
      const { asof, kafka, pool, source } = project;
      await produce(kafka, source, weeklyEvents());
      await produce(kafka, source, weeklyEvents().slice(0, -1)); // late
      await asof.stream(source).readToHead({ from: 'earliest' });
      await applyLaterTable(project);
      await withFewLocks(project, async () => {
        const merged = await asof.table(LATER).backfill();
        expect(merged).toMatchObject({ filled: 2 * WEEKS - 1, merged: WEEKS - 1, lost: 0 });
        expect(merged.chunks).toBeGreaterThan(4);
      });
      const expected = oracle(await readLog(kafka, source), { ...RULES, merged: () => true });
      expect(windowDifferences(await readWindows(pool, LATER), expected).slice(0, 5)).toEqual([]);
    }),
  );
}, 300_000);

test('dead letters of a history of one event a week are replayed in as many transactions as their chunks ask for', async () => {
  await withProject({ source: { topicPartitions: 1, maxBehind: 'none' } }, (project) =>
    project.withWorkers(1, async () => {
      const stream = project.asof.stream(project.source);
      await withExtra(project, 'double');
      await produce(project.kafka, project.source, weeklyEvents({ extra: 'no number' }));
      await stream.readToHead({ from: 'earliest' });
      await withExtra(project, null);
      expect(await stream.deadLetters.replay()).toMatchObject({ replayed: WEEKS, remaining: 0 });
      await expectOracle(project, { ...RULES, wasReplayed: () => true });
      const { rows } = await project.pool.query<{ transactions: number }>(
        "SELECT count(DISTINCT xmin::text)::int AS transactions FROM asof.writes WHERE kind = 'replay'",
      );
      expect(rows[0]!.transactions).toBeGreaterThan(1);
    }),
  );
}, 300_000);

function weeklyEvents(extra: object = {}) {
  return Array.from({ length: WEEKS }, (_, week) => ({
    partition: 0,
    value: JSON.stringify({
      user_id: `u_${week % 50}`,
      event_type: 'view',
      session_id: `s_${week}`,
      event_ts: new Date(Date.UTC(1986, 0, 6, 9) + week * WEEK_MS).toISOString(),
      ...extra,
    }),
  }));
}

/** Runs `work` while a session holds most of the locks for which the server has room. */
async function withFewLocks({ pool }: Project, work: () => Promise<void>): Promise<void> {
  const client = await pool.connect();
  try {
    const { rows } = await client.query<{ locks: number }>(
      `SELECT current_setting('max_locks_per_transaction')::int
            * (current_setting('max_connections')::int + current_setting('max_prepared_transactions')::int) AS locks`,
    );
    await client.query('SELECT pg_advisory_lock(7, lock) FROM generate_series(1, $1::int) AS lock', [
      rows[0]!.locks - LOCKS_LEFT,
    ]);
    await work();
  } finally {
    client.release(true);
  }
}
