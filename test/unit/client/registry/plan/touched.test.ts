import { expect, test } from 'vitest';
import {
  count,
  endpoint,
  eventSource,
  lookup,
  model,
  optional,
  ratio,
  required,
  streamTable,
  sum,
  trainingSet,
} from 'asof';
import { type UseFacts, touchedBy } from '../../../../../client/registry/plan/touched.ts';
import { lineageGraph } from '../../../../../domain/lineage/lineage-graph.ts';

const source = eventSource({
  name: 'orders',
  entity: 'guest',
  eventTime: 'at',
  fields: {
    guest: required('string'),
    at: required('timestamp'),
    amount: optional('double'),
    note: optional('string'),
  },
});
const table = streamTable({
  name: 'visits',
  source,
  window: { length: '1 hour', slide: '15 minutes' },
  features: { unused: count(), spent: sum('amount'), spent_each: ratio('spent', 'orders'), orders: count() },
});
const set = trainingSet({
  name: 'loyal',
  spine: { keys: ['guest'], timestamp: 'at', label: 'came_back' },
  lookups: [lookup(table, { features: ['spent_each'] })],
});

const buyer = model({ name: 'm', trainingSet: set });
const definitions = {
  orders: source.definition,
  visits: table.definition,
  loyal: set.definition,
  m: buyer.definition,
  answers: endpoint({ name: 'answers', model: buyer }).definition,
};
const built = { kind: 'stream_table' as const, name: 'visits', version: 1, sha256: '' };

/** Versions 1 to 3 of a model, of which an endpoint serves the first. */
const facts: UseFacts = {
  definitions: Object.values(definitions).map((definition) => ({ definition, version: 1 })),
  sets: [
    {
      id: 'ts_1',
      trainingSet: 'loyal',
      rows: 1,
      sha256: '',
      cut: '1',
      spine: { path: 'spine.csv', sha256: 'spine' },
      definitions: [{ ...built, kind: 'training_set', name: 'loyal' }, built],
    },
  ],
  models: [1, 2, 3].map((version) => ({ name: 'm', version, trainingSetId: 'ts_1' })),
  served: [{ endpoint: 'answers', model: 'm', version: 1 }],
  aliases: [],
};

const graph = lineageGraph(facts);
const touched = (name: keyof typeof definitions, option: string, aliases: UseFacts['aliases'] = []) =>
  touchedBy(graph, { ...facts, aliases }, definitions[name], [{ option }]);

test.each([
  ['visits', 'features.spent.where'],
  ['visits', 'features.spent_each.expression'],
  ['visits', 'features.spent'],
  ['visits', 'window.length'],
  ['visits', 'availableAfter'],
  ['orders', 'fields.amount.type'],
  ['orders', 'allowedLateness'],
] as const)(
  'what is made of an option is touched, through features that are computed of it: %s, %s',
  (name, option) => {
    expect(touched(name, option)).toEqual({
      definedSets: ['loyal'],
      trainingSets: ['ts_1'],
      models: [
        { model: 'm', version: 1, inUse: true },
        { model: 'm', version: 2, inUse: false },
        { model: 'm', version: 3, inUse: true },
      ],
      onlineTables: [],
      endpoints: ['answers'],
    });
  },
);

test('a version that an alias names is in use', () => {
  const { models } = touched('visits', 'window.length', [{ model: 'm', version: 2, alias: 'champion' }]);
  expect(models.map(({ inUse }) => inUse)).toEqual([true, true, true]);
});

test.each([
  ['visits', 'features.unused.where'],
  ['visits', 'features.brand_new'],
  ['visits', 'features.spent.description'],
  ['visits', 'retention.tiles'],
  ['visits', 'owner'],
  ['orders', 'fields.note.type'],
  ['orders', 'fields.brand_new'],
  ['orders', 'retention.raw'],
  ['orders', 'topicPartitions'],
  ['loyal', 'onCorrection'],
] as const)('of other options nothing is made: %s, %s', (name, option) => {
  const nothing = { definedSets: [], trainingSets: [], models: [], onlineTables: [], endpoints: [] };
  expect(touched(name, option)).toEqual(nothing);
});
