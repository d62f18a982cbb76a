import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { batchTable, externalTable, lookup, ratio, requestFeature, trainingSet } from 'asof';
import type { TrainingSetReceipt, VerifyTrainingSetResult } from '../../../../client/index.ts';
import { lastSequence } from '../../../../db/online/changed-keys.ts';
import { recordPrepared, recordPublished } from '../../../../db/online/syncs.ts';
import { type Pool, inTransaction } from '../../../../db/sql/client.ts';
import { type Instant, formatInstant, fromMillis } from '../../../../domain/time/instant.ts';
import { userActivityFeatures } from '../../../../examples/churn/definitions/user-activity-features.ts';
import { userEvents } from '../../../../examples/churn/definitions/user-events.ts';
import { scriptHash } from '../../../support/expectations/script-hash.ts';
import { disorderedEvents } from '../../../support/projects/backfill.ts';
import { produce } from '../../../support/projects/log.ts';
import { ACTIVITY, removeWindows, writeWindows } from '../../../support/projects/online.ts';
import { type Project, withProject } from '../../../support/projects/project.ts';
import { type RestoredProject, withRestored } from '../../../support/projects/restored.ts';
import { csv, withFolder } from '../../../support/projects/training-set.ts';
import { runAsof } from '../../../support/servers/asof.ts';
import { asSuperuser } from '../../../support/servers/superuser.ts';
import { startWithTemporalCli } from '../../../support/servers/temporal-cli.ts';

const HOUR = 3_600_000_000n;
const SLIDE = HOUR / 4n;
const USERS = Array.from({ length: 12 }, (_, at) => `u_${at}`);
const PUBLISHED = ['scores', ACTIVITY, 'totals'];
/** The logical time of the batch table, between events. */
const BATCH = '2026-03-01T02:00:00Z';
const WAYS = ['latest', 'as-known', 'as-served'] as const;

const scoresThat = (availableAfter: string) =>
  externalTable({
    name: 'scores',
    primaryKeys: ['user_id'],
    timestamp: 'scored_at',
    availableAfter,
    features: { score: 'double', segment: 'string' },
  });
const scores = scoresThat('1 hour');
const totals = batchTable({
  name: 'totals',
  source: userEvents,
  schedule: '0 2 * * *',
  reads: '365 days',
  features: { events: 'bigint' },
  sql: 'SELECT user_id, count(*) AS events FROM events GROUP BY user_id',
});
const activity = lookup(userActivityFeatures, {
  features: ['event_count_1h', 'last_platform'],
  lookback: '24 hours',
});
const proof = trainingSet({
  name: 'proof',
  spine: { keys: ['user_id'], timestamp: 'at', label: 'label' },
  lookups: [activity, lookup(scores), lookup(totals)],
  requestFields: { amount: 'double' },
  requestFeatures: [requestFeature({ name: 'per_score', expression: ratio('amount', 'score') })],
});
const parts = trainingSet({
  name: 'parts',
  spine: {
    keys: ['user_id'],
    timestamp: 'at',
    split: { by: 'hash', key: 'user_id', seed: 7, shares: { train: 0.6, val: 0.2, test: 0.2 } },
    sample: { share: 0.5, seed: 7 },
  },
  lookups: [activity, lookup(scores)],
});

test('a set is the same after all that came later, and in a restored dump; a value changed by hand is named', async () => {
  await withProject({}, (project) =>
    withFolder(async (folder) => {
      const { asof, source } = project;
      const now = fromMillis(Date.now());
      const ends = [3n, 2n, 1n].map((hours) => (now / SLIDE) * SLIDE - hours * HOUR);
      const spine = join(folder, 'spine.csv');
      await asof.apply([
        ...(await asof.definitions()),
        ...[scores, proof, parts],
        { ...totals.definition, source },
      ]);
      const built = await project.withWorkers(1, async () => {
        await writeAtFirst(project, ends, now);
        await writeFile(spine, spineOf(now));
        const sets = await build(project, spine, now);
        await rm(spine);
        await correct(project, ends, now);
        return sets;
      });
      await withRestored(project, async (restored) => {
        for (const { id, sha256, rows } of built)
          expect(await restored.asof.verifyTrainingSet(id)).toMatchObject({
            id,
            same: true,
            sha256,
            rows,
            differing: 0,
          });
        await expectChangeNamed(restored, built[0]!);
      });
    }),
  );
});

async function writeAtFirst(project: Project, ends: readonly Instant[], now: Instant): Promise<void> {
  const { asof, pool, kafka, source } = project;
  await asof.writeTable('scores', scoresOf(ends, 1), { history: true });
  await writeWindows(project, windowsOf(ends, 3));
  await publish(pool, PUBLISHED, now);
  await writeWindows(project, windowsOf(ends.slice(1), 5));
  await produce(kafka, source, disorderedEvents(1, 300));
  await asof.stream(source).readToHead({ from: 'earliest' });
  await asof.batch('totals').run({ from: BATCH, to: BATCH });
}

/** Builds a set in each way, and one that Asof splits and samples, of a spine that it makes. */
async function build({ asof }: Project, spine: string, now: Instant): Promise<TrainingSetReceipt[]> {
  const built: TrainingSetReceipt[] = [];
  for (const as of WAYS) built.push(await asof.trainingSet('proof').build({ spine, as }));
  const [latest, known, served] = built as [TrainingSetReceipt, TrainingSetReceipt, TrainingSetReceipt];
  expect(known.lookups[1]).toMatchObject({ table: 'scores', assumed: USERS.length });
  expect(latest.differences).toMatchObject([{ way: 'as-served', tables: [ACTIVITY, 'scores', 'totals'] }]);
  expect(served.differences?.map(({ way }) => way)).toEqual(['latest', 'as-known']);
  const [from, to] = [formatInstant(now), formatInstant(now + 24n * HOUR)];
  const made = { entitiesOf: 'scores', from, to, every: '1 hour' };
  built.push(await asof.trainingSet('parts').build({ spine: made }));
  expect(new Set(built.map(({ sha256 }) => sha256)).size).toBe(4);
  for (const { path, sha256 } of built) expect(await scriptHash(path)).toBe(sha256);
  return built;
}

/** All that may come after a set: corrections of its tables by each of their writers, and other definitions. */
async function correct(project: Project, ends: readonly Instant[], now: Instant): Promise<void> {
  const { asof, pool, kafka, source } = project;
  await produce(kafka, source, disorderedEvents(1, 300));
  await asof.stream(source).readToHead();
  const { merged, rows } = await asof.table(ACTIVITY).backfill({});
  expect(Math.min(merged, rows)).toBeGreaterThan(0);
  await asof.batch('totals').run({ from: BATCH, to: BATCH });
  await writeWindows(project, windowsOf([...ends, ends[0]! - HOUR], 7));
  await removeWindows(project, USERS[1]!);
  await asof.apply([
    ...(await asof.definitions()).filter(({ name }) => name !== 'scores'),
    scoresThat('2 hours').definition,
  ]);
  await Promise.all(
    USERS.slice(0, 8).map((user, at) =>
      asof.writeTable(
        'scores',
        scoresOf(ends, at + 2).filter(({ user_id }) => user_id === user),
      ),
    ),
  );
  await publish(pool, PUBLISHED, now + HOUR);
  const { rows: corrected } = await pool.query<{ table: string }>(`
    SELECT 'scores' AS "table" FROM history.scores UNION SELECT 'totals' FROM history.totals
    UNION SELECT '${ACTIVITY}' FROM history.${ACTIVITY} WHERE user_id = 'u1' ORDER BY 1`);
  expect(corrected.map(({ table }) => table)).toEqual(['scores', 'totals', ACTIVITY]);
}

/** Changes a value that the set has, as only somebody can who goes around Asof. */
async function expectChangeNamed(project: RestoredProject, { id, rows }: TrainingSetReceipt): Promise<void> {
  const user = USERS[9]!;
  await asSuperuser(
    project.settings.databaseUrl,
    `UPDATE features.scores SET score = 99 WHERE user_id = '${user}'`,
  );
  const { code, stdout } = await runAsof(['training-set', 'verify', id, '--json'], project.environment);
  expect(code).toBe(1);
  const result = JSON.parse(stdout.trim().split('\n').at(-1)!) as VerifyTrainingSetResult;
  expect(result).toMatchObject({ id, same: false, rows, differing: 2, features: ['score', 'per_score'] });
  expect(result.first).toEqual(
    [9, 9 + USERS.length].map((row) => ({
      row,
      features: [
        { feature: 'score', table: 'scores', was: 1.5, is: 99, write: null },
        { feature: 'per_score', table: null, was: 2, is: 3 / 99, write: null },
      ],
    })),
  );
  const { page } = await startWithTemporalCli(project, 'verifyTrainingSet', { id });
  expect(page).toContain('row 9, score (scores): was 1.5, is 99; no write: changed outside Asof');
}

function windowsOf(ends: readonly Instant[], events: number) {
  return USERS.flatMap((user, at) => ends.map((end) => ({ user, end, events: events + (at % 3) })));
}

function scoresOf([end]: readonly Instant[], round: number) {
  return USERS.map((user_id) => ({
    user_id,
    scored_at: formatInstant(end! - HOUR),
    score: round + 0.5,
    segment: `s${round}`,
  }));
}

/** Each user before anything was written, and after it; then the users of the events. */
function spineOf(now: Instant): string {
  const lines = [-HOUR, 2n * HOUR].flatMap((after) =>
    USERS.map((user) => [user, formatInstant(now + after), '1', '3']),
  );
  lines.push(...USERS.map((user) => [user.replace('_', ''), '2026-03-01T02:10:00Z', '0', '3']));
  return csv([['user_id', 'at', 'label', 'amount'], ...lines]);
}

/** Publishes all that was written, without an online store. */
async function publish(pool: Pool, tables: readonly string[], publishedAt: Instant): Promise<void> {
  await inTransaction(pool, async (client) => {
    const sequence = await lastSequence(client);
    for (const [at, table] of tables.entries()) {
      const { rows } = await client.query<{ sync: number }>(
        'SELECT count(*)::int + 1 AS sync FROM asof.online_syncs WHERE feature_table = $1',
        [table],
      );
      const sync = { sync: rows[0]!.sync, syncId: crypto.randomUUID(), sequence, publishedAt };
      await recordPrepared(client, { ...sync, table, isFull: true, keys: at, rows: 0 });
      await recordPublished(client, { ...sync, since: 1, availableAfter: 0n, features: [] });
    }
  });
}
