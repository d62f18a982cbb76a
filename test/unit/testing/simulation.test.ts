import { expect, test } from 'vitest';
import {
  batchTable,
  count,
  endpoint,
  eventSource,
  lookup,
  onlineTable,
  required,
  streamTable,
  trainingSet,
} from 'asof';
import { simulate } from 'asof/testing';
import { churn } from '../../../examples/churn/definitions/churn-training-set.ts';
import { churnEndpoint, shopperEndpoint } from '../../../examples/churn/definitions/endpoints.ts';
import {
  onlineActivity,
  onlineProfile,
  onlineTransactions,
} from '../../../examples/churn/definitions/online-tables.ts';

const START = '2026-03-01T00:00:00Z';
const definitions = [
  churn,
  shopperEndpoint,
  churnEndpoint,
  onlineActivity,
  onlineProfile,
  onlineTransactions,
];

const event = (user_id: string, event_ts: string, more: object = {}) => ({
  user_id,
  event_type: 'purchase',
  product_id: 'p_1',
  revenue: 10.5,
  session_id: 's_1',
  platform: 'web',
  event_ts,
  ...more,
});

test('events arrive, windows end, days are computed, and look-ups see only what is visible', async () => {
  const sim = await simulate({ definitions, start: START });
  await sim.writeTable('users', [
    {
      user_id: 'ann',
      signed_up_at: '2026-02-01T00:00:00Z',
      subscription_tier: 'plus',
      valid_from: '2026-02-01T00:00:00Z',
    },
  ]);
  await sim.writeTable('products', [
    { product_id: 'p_1', category: 'tea', valid_from: '2026-01-01T00:00:00Z' },
  ]);
  sim.send('user-events', [event('ann', '2026-03-01T09:20:00Z'), event('ann', '2026-03-01T09:50:00Z')], {
    at: 'event-time',
  });
  await sim.advanceTo('2026-03-01T10:03:00Z');
  expect(sim.counts('user-events')).toMatchObject({ raw: 2, deadLetters: 0, late: 0 });
  expect(sim.at(sim.now).lookUp('user_activity_features', { user_id: 'ann' })).toMatchObject({
    feature_ts: '2026-03-01T10:00:00.000000Z',
    event_count_1h: 2,
    revenue_1h: 21,
  });
  expect(sim.rows('user_activity_features')[0]).toMatchObject({ feature_ts: '2026-03-01T10:45:00.000000Z' });
  expect(sim.rows('user_profile_features')).toEqual([]);

  await sim.advance('90 days');
  expect(sim.rows('user_profile_features')).toHaveLength(90);
  expect(sim.at('2026-03-02T00:30:00Z').lookUp('user_profile_features', { user_id: 'ann' })).toMatchObject({
    feature_ts: '2026-03-02T00:00:00.000000Z',
    account_age_days: 29,
    lifetime_revenue: 21,
    preferred_category: 'tea',
    subscription_tier: 'plus',
  });
  const { outputs } = await sim.invoke('shopper', [{ user_id: 'ann' }, { user_id: 'nobody' }]);
  expect(outputs[0]).toMatchObject({ user_id: 'ann', lifetime_revenue: 21, purchase_count_90d: 2 });
  expect(outputs[1]).toMatchObject({ user_id: 'nobody', subscription_tier: 'none' });

  const spine = ['2026-03-01T10:03:00Z', '2026-03-03T12:00:00Z'].map((event_timestamp) => ({
    user_id: 'ann',
    event_timestamp,
    churn_label: 0,
    experiment_split: 'train',
  }));
  for (const as of ['latest', 'as-known', 'as-served'] as const) {
    const { rows, lookups } = await sim.trainingSet('churn', spine, { as });
    expect(rows).toMatchObject([
      { user_id: 'ann', event_count_1h: 2, lifetime_revenue: null },
      { event_count_1h: null, lifetime_revenue: 21, category_diversity_score: 0 },
    ]);
    expect(lookups.map(({ found }) => found)).toEqual([1, 1, 1]);
  }
});

test('what takes a server is refused by name, and stands beside the rest', async () => {
  const source = eventSource({
    name: 'visits',
    entity: 'user_id',
    eventTime: 'at',
    fields: { user_id: required('string'), at: required('timestamp') },
  });
  const avro = eventSource({ ...AVRO, name: 'avro-visits', topic: 'avro-visits' });
  const counted = streamTable({
    name: 'counted',
    source,
    window: { length: '1 hour', slide: '1 hour' },
    features: { visits: count() },
  });
  const queried = batchTable({
    name: 'queried',
    source,
    schedule: '0 0 * * *',
    reads: '1 day',
    features: { n: 'bigint' },
    sql: 'SELECT user_id, count(*) AS n FROM events GROUP BY user_id',
  });
  const set = trainingSet({
    name: 'set',
    spine: { keys: ['user_id'], timestamp: 'at', label: 'label' },
    lookups: [lookup(counted), lookup(queried)],
  });
  const given = [
    set,
    avro,
    onlineTable({ table: queried }),
    endpoint({ name: 'both', lookups: [lookup(queried)] }),
  ];
  const sim = await simulate({ definitions: [...given, churnEndpoint], start: START });
  const asked: (() => unknown)[] = [
    () => sim.rows('queried'),
    () => sim.at(START).lookUp('queried', { user_id: 'ann' }),
    () => sim.runBatch('queried', { from: START, to: START }),
    () => sim.trainingSet('set', [{ user_id: 'ann', at: START, label: 1 }]),
    () => sim.online('queried'),
    () => sim.invoke('both', [{ user_id: 'ann' }]),
    () => sim.invoke('churn', [{ user_id: 'ann' }]),
    () => sim.send('avro-visits', []),
  ];
  for (const ask of asked)
    await expect(Promise.resolve().then(ask), ask.toString()).rejects.toMatchObject({
      code: 'ASOF_SIMULATION_REFUSED',
      message: expect.stringMatching(/'(queried|churn|avro-visits)'|'user_churn_model'/) as string,
    });
  sim.send('visits', [{ user_id: 'ann', at: START }]);
  await sim.advance('3 hours');
  expect(sim.rows('counted')).toMatchObject([{ user_id: 'ann', visits: 1 }]);
});

test('what a test gives wrongly is refused, and nothing happens', async () => {
  const sim = await simulate({ definitions, start: START });
  await sim.advance('1 hour');
  const asked: [() => unknown, string][] = [
    [() => simulate({ definitions, start: 'yesterday' }), 'ASOF_INPUT_INVALID'],
    [() => simulate({ definitions, start: START, trigger: 'often' }), 'ASOF_INPUT_INVALID'],
    [() => sim.advance('a while'), 'ASOF_INPUT_INVALID'],
    [() => sim.advanceTo(START), 'ASOF_INPUT_INVALID'],
    [() => sim.send('user-events', [{}], { at: START }), 'ASOF_INPUT_INVALID'],
    [() => sim.sendRecords('user-events', [{ value: null, partition: 99 }]), 'ASOF_INPUT_INVALID'],
    [() => sim.send('user-event', [{}]), 'ASOF_SOURCE_UNKNOWN'],
    [() => sim.rows('user_activity'), 'ASOF_TABLE_UNKNOWN'],
    [() => sim.at(START).lookUp('user_activity_features', { user: 'ann' }), 'ASOF_INPUT_INVALID'],
    [() => sim.writeTable('users', [{ user_id: 'ann', age: 7 }]), 'ASOF_ROWS_INVALID'],
    [
      () => sim.runBatch('user_profile_features', { from: START, to: '2026-03-02T00:00:00Z' }),
      'ASOF_INPUT_INVALID',
    ],
    [() => sim.invoke('shoppers', []), 'ASOF_ENDPOINT_UNKNOWN'],
    [() => sim.invoke('shopper', [{ user_id: 7 }]), 'ASOF_REQUEST_INVALID'],
  ];
  for (const [ask, code] of asked)
    await expect(Promise.resolve().then(ask), ask.toString()).rejects.toMatchObject({ code });
  expect(sim.counts('user-events').raw + sim.counts('user-events').deadLetters).toBe(0);
  expect(sim.now).toBe('2026-03-01T01:00:00.000000Z');
});

test('an online table by hand answers from its last refresh', async () => {
  const sim = await simulate({ definitions, start: START, online: 'by hand', trigger: '0' });
  const activity = sim.online('user_activity_features');
  const read = () => activity.get({ user_id: 'ann' });
  sim.send('user-events', [event('ann', '2026-03-01T00:05:00Z')], { at: 'event-time' });
  await sim.advance('1 hour');
  expect(await read()).toBeUndefined();
  await expect(sim.invoke('shopper', [{ user_id: 'ann' }])).rejects.toMatchObject({
    code: 'ASOF_ONLINE_TABLE_UNPUBLISHED',
  });
  activity.refresh();
  sim.send('user-events', [event('ann', '2026-03-01T00:58:00Z')]);
  await sim.advance('1 minute');
  expect(await read()).toMatchObject({ feature_ts: '2026-03-01T01:00:00.000000Z', event_count_1h: 1 });
  activity.refresh();
  expect(await read()).toMatchObject({ event_count_1h: 2 });
});

const AVRO = {
  format: 'avro',
  entity: 'user_id',
  eventTime: 'at',
  fields: { user_id: required('string'), at: required('timestamp') },
} as const;
