import { expect, test } from 'vitest';
import {
  count,
  endpoint,
  equals,
  eventSource,
  externalTable,
  last,
  lookup,
  model,
  not,
  optional,
  ratio,
  required,
  streamTable,
  sum,
  trainingSet,
} from 'asof';
import { trainingPython } from '../../../config/training.ts';
import { besideWorker, withDeployment } from '../../support/projects/deployment.ts';
import { readParquetFile, withFolder } from '../../support/projects/training-set.ts';

/** How purchases are summed. With `without`, those on a platform are left out. */
function definitions(without?: string) {
  const where = without === undefined ? undefined : { where: not(equals('platform', without)) };
  const visits = eventSource({
    name: 'visits',
    entity: 'user_id',
    eventTime: 'at',
    topicPartitions: 2,
    allowedLateness: '1 day',
    fields: {
      user_id: required('string'),
      at: required('timestamp'),
      platform: optional('string'),
      amount: optional('double'),
    },
  });
  const activity = streamTable({
    name: 'activity',
    source: visits,
    window: { length: '1 hour', slide: '15 minutes' },
    features: {
      visits_1h: count(),
      spent_1h: sum('amount', where),
      spent_each_1h: ratio('spent_1h', 'visits_1h'),
      platform: last('platform'),
    },
  });
  const habits = externalTable({
    name: 'habits',
    primaryKeys: ['user_id'],
    timestamp: 'at',
    features: { orders: 'bigint' },
  });
  const set = trainingSet({
    name: 'buyers',
    spine: { keys: ['user_id'], timestamp: 'at', label: 'bought', split: 'part' },
    lookups: [lookup(activity, { features: ['visits_1h', 'spent_1h'], lookback: '6 hours' }), lookup(habits)],
  });
  const buyer = model({ name: 'buyer', trainingSet: set, parameters: { trees: 20 } });
  return [visits, activity, habits, set, buyer, endpoint({ name: 'buyers', model: buyer })];
}

const DAYS = 2;
const SECOND = 1_000;
const QUARTER = 900 * SECOND;
const HOUR = 4 * QUARTER;
const DAY = 24 * HOUR;
const START = Date.parse('2026-03-01T00:00:00Z');
const USERS = Array.from({ length: 60 }, (_, index) => `u${index}`);
const PLATFORMS = ['web', 'app', 'tv', null];

interface Visit {
  readonly user_id: string;
  readonly at: number;
  readonly platform: string | null;
  readonly amount: number | null;
}

/** Three days of visits. Some users only ever come on one platform, and some not in the last hours. */
const VISITS: readonly Visit[] = Array.from({ length: 1_500 }, (_, index) => {
  const user = (index * 7) % USERS.length;
  const until = user % 5 === 0 ? 2 * DAY : 3 * DAY;
  return {
    user_id: USERS[user]!,
    at: START + ((index * 7_919 * SECOND + user * 13 * SECOND) % until),
    platform: PLATFORMS[user % 7 === 0 ? 0 : (index * 3 + user) % PLATFORMS.length]!,
    amount: index % 6 === 0 ? null : (index % 40) + 0.25,
  };
}).sort((a, b) => a.at - b.at);

test('a filter that drops one platform: plan counts the rows and predictions that a comparison by brute force counts', async () => {
  await withDeployment(async ({ asof, settings }) => {
    await asof.apply(definitions());
    await asof.writeTable('habits', habitRows());
    const lines = VISITS.map((visit) => JSON.stringify({ ...visit, at: new Date(visit.at).toISOString() }));
    await asof.stream('visits').import(lines);
    await besideWorker({ ...settings, python: trainingPython() }, () =>
      withFolder(async (folder) => {
        await asof.stream('visits').readToHead({ from: 'earliest' });
        await asof.model('buyer').train({ spine: { rows: labels() }, out: `${folder}/rows.parquet` });

        expect(await asof.plan(definitions())).toMatchObject({ changes: [], gone: [], decisions: [] });
        const before = await asof.table('activity').countRows();
        const progress: string[] = [];
        const plan = await asof.plan(definitions('tv'), {
          days: DAYS,
          onProgress: (message) => progress.push(message),
        });
        expect(await asof.table('activity').countRows()).toBe(before);
        expect(progress.at(-1)).toMatch(/activity: \d+ entities compared over 2 days/);

        const counted = byBruteForce('tv');
        expect(plan.changes).toHaveLength(1);
        const [{ options, recomputed, touches, comparison }] = plan.changes as [(typeof plan.changes)[0]];
        expect(options).toMatchObject([{ option: 'features.spent_1h.where', before: null }]);
        expect(recomputed).toMatchObject({ table: 'activity', rawEvents: VISITS.length, rows: before });
        expect(touches).toMatchObject({
          definedSets: ['buyers'],
          models: [{ model: 'buyer', version: 1, inUse: true }],
          endpoints: ['buyers'],
        });
        expect(plan.decisions.map(({ reason }) => reason)).toContain('in_use');
        expect(comparison).toMatchObject({
          entities: counted.entities,
          rowsBefore: counted.rows,
          rowsAfter: counted.rows,
          changed: counted.changed,
          created: 0,
          removed: 0,
          features: [
            { feature: 'spent_1h', changed: counted.changed },
            { feature: 'spent_each_1h', changed: counted.changed },
          ],
        });
        const [spent] = comparison!.features;
        expect(spent!.before!.numbers!.mean).toBeCloseTo(counted.meanBefore, 9);
        expect(spent!.after!.numbers!.mean).toBeCloseTo(counted.meanAfter, 9);
        expect(spent!.psi).toBeGreaterThan(0);

        expect(counted.changed).toBeGreaterThan(100);
        expect(counted.changed).toBeLessThan(counted.rows);
        const scored = await scores(asof, counted.latest, `${folder}/scores.parquet`);
        const pairs = counted.latest.map((_, at) => [scored[2 * at]!, scored[2 * at + 1]!] as const);
        const threshold = middle(scored);
        expect(pairs.filter(([was, is]) => was !== is).length).toBeGreaterThan(5);
        expect(comparison!.models).toEqual([
          {
            model: 'buyer',
            version: 1,
            entities: pairs.length,
            changed: pairs.filter(([was, is]) => was !== is).length,
            crossed: pairs.filter(([was, is]) => was >= 0.5 !== is >= 0.5).length,
            threshold: 0.5,
            greatest: Math.max(...pairs.map(([was, is]) => Math.abs(was - is))),
            why: null,
          },
        ]);
        const again = await asof.plan(definitions('tv'), { days: DAYS, thresholds: { buyer: threshold } });
        const crossed = pairs.filter(([was, is]) => was >= threshold !== is >= threshold).length;
        expect(crossed).toBeGreaterThan(0);
        expect(again.changes[0]!.comparison!.models).toMatchObject([{ threshold, crossed }]);

        const gone = await asof.plan(definitions('tv').slice(0, -1), { days: 0 });
        expect(gone.gone).toEqual([
          {
            kind: 'endpoint',
            name: 'buyers',
            what: 'endpoint buyers for buyer',
            remove: 'npx asof remove endpoint buyers',
          },
        ]);
        expect(gone.changes[0]!.comparison).toBeNull();
      }),
    );
  });
});

/** What a user had spent and visited in the hour before some end. */
interface Windowed {
  readonly visits: number;
  readonly before: number;
  readonly after: number;
}

interface Latest extends Windowed {
  readonly user_id: string;
}

/** All rows of the last days, from the events and the definition of a window alone. */
function byBruteForce(without: string) {
  const to = VISITS.at(-1)!.at;
  const from = to - DAYS * DAY;
  const rows: Windowed[] = [];
  const latest: Latest[] = [];
  let entities = 0;
  for (const user_id of USERS) {
    const own = VISITS.filter((visit) => visit.user_id === user_id);
    const ofUser: (Windowed & { readonly end: number })[] = [];
    for (let end = Math.ceil(from / QUARTER) * QUARTER; end <= to; end += QUARTER) {
      if (end <= from) continue;
      const within = own.filter(({ at }) => at >= end - HOUR && at < end);
      if (within.length === 0) continue;
      const spent = (visits: readonly Visit[]) => visits.reduce((sum, { amount }) => sum + (amount ?? 0), 0);
      // A condition on a platform that is null is not true.
      const kept = within.filter(({ platform }) => platform !== null && platform !== without);
      ofUser.push({ end, visits: within.length, before: spent(within), after: spent(kept) });
    }
    rows.push(...ofUser);
    if (ofUser.length > 0) entities += 1;
    const newest = ofUser.at(-1);
    if (newest && newest.end > to - 6 * HOUR) latest.push({ user_id, ...newest });
  }
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  return {
    entities,
    rows: rows.length,
    changed: rows.filter(({ before, after }) => before !== after).length,
    meanBefore: mean(rows.map(({ before }) => before)),
    meanAfter: mean(rows.map(({ after }) => after)),
    latest,
  };
}

/** The predictions for each user with what was spent before, then after: a spine that has a feature gives it. */
async function scores(
  asof: Parameters<Parameters<typeof withDeployment>[0]>[0]['asof'],
  latest: readonly Latest[],
  out: string,
): Promise<number[]> {
  const at = new Date(VISITS.at(-1)!.at).toISOString();
  const rows = latest.flatMap(({ user_id, visits, before, after }) =>
    [before, after].map((spent_1h) => ({ user_id, at, visits_1h: visits, spent_1h })),
  );
  await asof.model('buyer').score({ spine: { rows }, out, allowMissing: true });
  const { types, rows: scored } = await readParquetFile(out);
  const place = Object.keys(types).indexOf('prediction');
  return scored.map((row) => row[place] as number);
}

function middle(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

function habitRows() {
  return USERS.slice(1).map((user_id, index) => ({ user_id, at: '2026-02-28T00:00:00Z', orders: index % 9 }));
}

function labels() {
  const splits = ['train', 'train', 'train', 'val', 'test'];
  return VISITS.filter((_, index) => index % 3 === 0).map(({ user_id, at, amount }, index) => ({
    user_id,
    at: new Date(at + HOUR).toISOString(),
    bought: (amount ?? 0) > 20 ? 1 : 0,
    part: splits[index % splits.length]!,
  }));
}
