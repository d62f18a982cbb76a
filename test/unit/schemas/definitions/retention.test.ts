import { expect, test } from 'vitest';
import { allowBatchTable, allowStreamTable } from '../../../../client/registry/allowed-changes.ts';
import { planChanges } from '../../../../client/registry/plan.ts';
import { userActivityFeatures } from '../../../../examples/churn/definitions/user-activity-features.ts';
import { userEvents } from '../../../../examples/churn/definitions/user-events.ts';
import { definitionSet } from '../../../../schemas/definitions/definition-set.ts';
import { queriedTransactions } from '../../../support/definitions/queried-tables.ts';

const source = userEvents.definition;
const table = userActivityFeatures.definition;
test('a definition without a retention does not mention one', () => {
  expect(JSON.stringify(source)).not.toContain('retention');
  expect(JSON.stringify(table)).not.toContain('retention');
});

test('tiles can expire if the late list stays as long as raw events, which stay forever if late events are corrected', () => {
  const tiles = { retention: { tiles: '1 day' } };
  parse({}, tiles);
  parse({ raw: '20 days' }, tiles);
  parse({ raw: '20 days', lateEvents: '20 days' }, tiles);
  const correcting = { ...source, late: 'correct' as const };
  definitionSet([correcting, { ...table, ...tiles }]);
  expect(() =>
    definitionSet([
      { ...correcting, retention: { raw: '20 days' } },
      { ...table, ...tiles },
    ]),
  ).toThrow(
    /corrects late events, also in windows whose tiles are gone, and keeps raw events for 20 days only/,
  );
});

test('a retention can be added, changed and removed', () => {
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
      { ...queriedTransactions.definition, ...old },
      { ...queriedTransactions.definition, ...young },
    );
  }
  const existing = {
    registered: definitionSet([source, table]),
    sourceVersions: [source],
    topics: [source.topic],
    sourcesRead: new Set([source.name]),
  };
  const changes = planChanges(parse({ raw: '400 days' }), existing);
  expect(changes).toMatchObject([{ action: 'change', definition: { retention: { raw: '400 days' } } }]);
});

test('a batch table of a source that expires must look back over less than what is kept', () => {
  const batch = (retention: object, lookBack?: string) =>
    definitionSet([
      { ...source, retention },
      { ...queriedTransactions.definition, references: [], ...(lookBack && { lookBack }) },
    ]);
  batch({}, undefined);
  batch({ deadLetters: '1 day', lateEvents: '1 day', ledger: '1 day' }, undefined);
  batch({ raw: '91 days' }, '90 days');
  expect(() => batch({ raw: '30 days' })).toThrow(
    /keeps raw events for 30 days, and the query reads all events before a logical time.*Keep raw events forever, or say reads: less than 30 days/,
  );
  for (const keep of ['30 days', '90 days'])
    expect(() => batch({ raw: keep }, '90 days')).toThrow(
      /which is not longer than the 90 days that the table reads and the source's allowed lateness/,
    );
});

test('a look-back can be given to a batch table that has none, and then stays', () => {
  const before = queriedTransactions.definition;
  const given = { ...before, lookBack: '90 days' };
  allowBatchTable(before, given);
  allowBatchTable({ ...before, retention: { history: '1 day' } }, given);
  allowBatchTable(given, { ...given, retention: { history: '1 day' } });
  expect(() => allowBatchTable(given, before)).toThrow(/how far it looks back change/);
  expect(() => allowBatchTable(given, { ...given, lookBack: '30 days' })).toThrow(/how far it looks back/);
});

test.each([
  ['an invalid duration', { raw: 'a year' }, {}, /'a year' is not a duration[\s\S]*retention\.raw/],
  ['an unknown option', { rows: '1 day' }, {}, /Unrecognized key: "rows"/],
  [
    'tiles of a table with lifetimes',
    {},
    {
      retention: { tiles: '1 day' },
      features: [{ name: 'ever', aggregate: 'count', field: null, where: null, over: 'lifetime' }],
    },
    /retention\.tiles: feature 'ever' is over a lifetime, and needs all tiles/,
  ],
  [
    'a late list that expires before raw events, while tiles expire',
    { raw: '20 days', lateEvents: '19 days' },
    { retention: { tiles: '1 day' } },
    /keeps late events for 19 days, and raw events for 20 days; keep late events as long/,
  ],
  [
    'a late list that expires while raw events stay and tiles expire',
    { lateEvents: '19 days' },
    { retention: { tiles: '1 day' } },
    /keeps late events for 19 days, and raw events forever/,
  ],
  [
    'raw events that expire within a window',
    { raw: '30 minutes' },
    {},
    /keeps raw events for 30 minutes, which is shorter than this table's window of 1 hour/,
  ],
])('refuses %s', (_, retention, changes, message) => {
  expect(() => parse(retention, changes)).toThrow(message);
});

/** The set of the example's source with this retention, and its table with these changes. */
function parse(retention: object, changes: object = {}) {
  return definitionSet([
    { ...source, retention },
    { ...table, ...changes },
  ]);
}
