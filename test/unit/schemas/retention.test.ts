import { expect, test } from 'vitest';
import { allowBatchTable, allowStreamTable } from '../../../client/allowed-changes.ts';
import { planChanges } from '../../../client/plan.ts';
import { transactionFeatures } from '../../../examples/churn/transaction-features.ts';
import { userActivityFeatures } from '../../../examples/churn/user-activity-features.ts';
import { userEvents } from '../../../examples/churn/user-events.ts';
import { definitionSet } from '../../../schemas/definition-set.ts';

const source = userEvents.definition;
const table = userActivityFeatures.definition;
const parse = (retention: object, of: object = {}) =>
  definitionSet([
    { ...source, retention },
    { ...table, ...of },
  ]);

test('without a retention a definition reads as it did before there was any', () => {
  expect(JSON.stringify(source)).not.toContain('retention');
  expect(JSON.stringify(table)).not.toContain('retention');
});

test('a retention may come, change and go', () => {
  for (const [before, after] of [
    [undefined, '2 days'],
    ['2 days', '3 days'],
    ['3 days', undefined],
  ]) {
    const [old, young] = [before, after].map((keep) =>
      keep === undefined ? {} : { retention: { history: keep } },
    );
    allowStreamTable({ ...table, ...old }, { ...table, ...young });
    allowBatchTable(
      { ...transactionFeatures.definition, ...old },
      { ...transactionFeatures.definition, ...young },
    );
  }
  const existing = {
    ...{ definitions: [source, table], sourceVersions: [source] },
    ...{ topics: [source.topic], sourcesRead: new Set([source.name]) },
  };
  const changes = planChanges(parse({ raw: '400 days' }), existing);
  expect(changes).toMatchObject([{ action: 'change', definition: { retention: { raw: '400 days' } } }]);
});

test.each([
  ['a duration that is none', { raw: 'a year' }, {}, /'a year' is not a duration[\s\S]*retention\.raw/],
  ['a name that is none', { rows: '1 day' }, {}, /Unrecognized key: "rows"/],
  ['tiles', {}, { retention: { tiles: '1 day' } }, /Unrecognized key: "tiles"/],
  [
    'raw events that open windows need',
    { raw: '30 minutes' },
    {},
    /keeps raw events for 30 minutes, which is shorter than this table's window of 1 hour/,
  ],
])('refused: %s', (_, retention, of, message) => {
  expect(() => parse(retention, of)).toThrow(message);
});
