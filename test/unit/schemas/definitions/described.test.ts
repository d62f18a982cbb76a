import { expect, test } from 'vitest';
import { userEvents } from '../../../../examples/churn/definitions/user-events.ts';
import {
  batchTable,
  count,
  described,
  endpoint,
  eventSource,
  lookup,
  model,
  onlineTable,
  ratio,
  referenceTable,
  required,
  streamTable,
  sum,
  topK,
  trainingSet,
} from '../../../../schemas/index.ts';

const said = { description: 'What it is.', owner: 'team-growth@example.com', tags: ['pii', 'team:growth'] };
const fields = { user_id: required('string', said), at: required('timestamp') };

const table = streamTable({
  name: 'visits',
  source: userEvents,
  window: { length: '1 hour', slide: '1 hour' },
  features: {
    events: count(said),
    revenue: sum('revenue', said),
    top: topK('platform', { k: 3, ...said }),
    each: described(ratio('revenue', 'events'), said),
    plain: count(),
  },
  ...said,
});
const daily = batchTable({
  name: 'daily',
  source: userEvents,
  schedule: '@daily',
  reads: 'everything',
  features: { n: { type: 'bigint', ...said }, x: 'double' },
  sql: 'SELECT',
  ...said,
});
const set = trainingSet({
  name: 'set',
  spine: { keys: ['user_id'], timestamp: 'at', label: 'label' },
  lookups: [lookup(table)],
  ...said,
});

test('definitions, features and fields carry a description, an owner and tags', () => {
  const trained = model({ name: 'trained', trainingSet: set, ...said });
  for (const { definition } of [
    eventSource({ name: 'clicks', fields, entity: 'user_id', eventTime: 'at', ...said }),
    referenceTable({ name: 'users', primaryKeys: ['user_id'], fields, ...said }),
    table,
    daily,
    onlineTable({ table, ...said }),
    set,
    trained,
    endpoint({ name: 'trained', model: trained, ...said }),
  ]) {
    expect(definition).toMatchObject(said);
    const parts = { ...definition } as Record<string, unknown>;
    for (const part of [parts.fields, parts.features].flat().slice(0, 1))
      if (part) expect(part).toMatchObject(said);
  }
  for (const feature of table.definition.features.slice(1, 4)) expect(feature).toMatchObject(said);
  expect(table.definition.features[4]).not.toHaveProperty('description');
  expect(daily.definition.features[1]).toEqual({ name: 'x', type: 'double' });
});

test.each([
  ['a long description', { description: 'x'.repeat(1_001) }, /at description/],
  ['an empty owner', { owner: '' }, /at owner/],
  ['a NUL', { description: 'a\0b' }, /has a NUL character/],
  ['half a pair', { owner: 'a\ud800' }, /half of a surrogate pair/],
  ['a tag with a blank', { tags: ['two words'] }, /'two words' is not a tag; expected a small letter/],
  ['a tag twice', { tags: ['pii', 'pii'] }, /a tag is there twice/],
  ['many tags', { tags: Array.from({ length: 21 }, (_, n) => `t${n}`) }, /at tags/],
])('%s is refused', (_what, words, message) => {
  expect(() => onlineTable({ table, ...words })).toThrow(message);
});

test('an unknown option of a described feature is refused', () => {
  // @ts-expect-error no such option
  expect(() => described(ratio('a', 'b'), { descripton: 'x' })).toThrow(/did you mean 'description'\?/);
  const features = { n: { type: 'bigint', owned: 'x' } } as const;
  expect(() =>
    batchTable({ name: 'b', source: userEvents, schedule: '@daily', reads: '1 day', features, sql: 'S' }),
  ).toThrow(/feature 'n' is not valid:\n✖ there is no option 'owned'; did you mean 'owner'\?/);
});
