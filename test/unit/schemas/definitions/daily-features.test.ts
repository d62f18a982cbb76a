import { expect, test } from 'vitest';
import type { AsofError } from '../../../../domain/errors/asof-error.ts';
import { products } from '../../../../examples/churn/definitions/products.ts';
import { userEvents } from '../../../../examples/churn/definitions/user-events.ts';
import { users } from '../../../../examples/churn/definitions/users.ts';
import { definitionSet } from '../../../../schemas/definitions/definition-set.ts';
import {
  add,
  batchTable,
  coalesce,
  count,
  divide,
  floor,
  greater,
  last,
  logicalTime,
  lookup,
  lower,
  max,
  mostFrequent,
  ratio,
  referenceTable,
  required,
  round,
  secondsBetween,
  sum,
  text,
  toTime,
} from '../../../../schemas/index.ts';

const daily = {
  name: 'daily',
  source: userEvents,
  references: [users, products],
  schedule: '0 0 * * *',
} as const;

/** Batch tables that the compiler refuses. `tsc` fails if one of the marked lines is no longer an error. None runs. */
const refused = {
  'an aggregate of an unknown field': () =>
    batchTable({
      ...daily,
      features: {
        // @ts-expect-error there is no field `price`
        spend: sum('price', { over: '30 days' }),
      },
    }),

  'a sum of texts': () =>
    batchTable({
      ...daily,
      features: {
        // @ts-expect-error `platform` is a string field
        spend: sum('platform', { over: '30 days' }),
      },
    }),

  'a column that the joined table does not have': () =>
    batchTable({
      ...daily,
      features: {
        // @ts-expect-error products have no `colour`
        colour: mostFrequent('products.colour', { over: '30 days' }),
      },
    }),

  'a column of a table that is not joined': () =>
    batchTable({
      ...daily,
      references: [users],
      features: {
        // @ts-expect-error products are not among the references
        category: mostFrequent('products.category', { over: '30 days' }),
      },
    }),

  'a sum of a column of texts': () =>
    batchTable({
      ...daily,
      features: {
        // @ts-expect-error `category` is a text
        spend: sum('products.category', { over: '30 days' }),
      },
    }),

  'an expression of a feature that the table does not have': () =>
    batchTable({
      ...daily,
      // @ts-expect-error there is no feature `visits`
      features: { events: count({ over: '1 day' }), rate: ratio('events', 'visits') },
    }),

  'a number of a feature that is a text': () =>
    batchTable({
      ...daily,
      intermediate: { favourite: mostFrequent('products.category', { over: 'lifetime' }) },
      // @ts-expect-error `favourite` is a text
      features: { more: add('favourite', 1) },
    }),

  'a text of a joined time': () =>
    batchTable({
      ...daily,
      // @ts-expect-error `signed_up_at` is a time
      features: { since: lower('users.signed_up_at') },
    }),

  'a filter on a field that the source does not have': () =>
    batchTable({
      ...daily,
      features: {
        // @ts-expect-error there is no field `country`
        events: count({ over: '1 day', where: { country: 'FR' } }),
      },
    }),

  'a primary key that is a number': () =>
    batchTable({
      ...daily,
      // @ts-expect-error `revenue` is a number
      primaryKeys: ['revenue'],
      features: { events: count({ over: '1 day' }) },
    }),

  'SQL that does not say how far it reads': () =>
    // @ts-expect-error reads is missing
    batchTable({ ...daily, features: { n: 'bigint' }, sql: 'SELECT 1' }),

  'intermediate features of SQL': () =>
    batchTable({
      ...daily,
      reads: 'everything',
      features: { n: 'bigint' },
      sql: 'SELECT 1',
      // @ts-expect-error a query has no intermediate features
      intermediate: { events: count({ over: '1 day' }) },
    }),

  'a lookup of an intermediate feature': () => {
    const table = batchTable({
      ...daily,
      intermediate: { events: count({ over: '1 day' }) },
      features: { half: ratio('events', 2) },
    });
    // @ts-expect-error no row has `events`
    return lookup(table, { features: ['events'] });
  },
};

test('the compiler accepts batch tables that fit source and references, and refuses others', () => {
  const { definition } = batchTable({
    ...daily,
    intermediate: { first_at: max('event_ts', { over: 'lifetime' }) },
    features: {
      purchases: count({ over: '30 days', where: { event_type: 'purchase' } }),
      favourite: mostFrequent('products.category', { over: 'lifetime' }),
      age: floor(
        divide(secondsBetween(coalesce('users.signed_up_at', toTime('first_at')), logicalTime()), 86_400),
      ),
      tier: coalesce('users.subscription_tier', text('none')),
      is_busy: greater('purchases', 3),
      rounded_or_none: coalesce(round('purchases'), 0),
      half: ratio('purchases', 2),
    },
  });
  const set = definitionSet([userEvents.definition, users.definition, products.definition, definition]);
  expect(set.batchTable('daily').features.map(({ name, type }) => [name, type])).toEqual([
    ['purchases', 'bigint'],
    ['favourite', 'string'],
    ['age', 'bigint'],
    ['tier', 'string'],
    ['is_busy', 'boolean'],
    ['rounded_or_none', 'bigint'],
    ['half', 'double'],
  ]);
  expect(set.batchTable('daily').lookBack).toBeUndefined();
  expect(Object.keys(refused)).toHaveLength(13);
});

const places = referenceTable({
  name: 'places',
  primaryKeys: ['place'],
  fields: { place: required('string'), size: required('double') },
});

test.each([
  [
    'a length that is missing',
    { features: { n: count() } },
    /feature 'n': over is missing: say over which days/,
  ],
  [
    'a length that is no whole number of days',
    { features: { n: count({ over: '36 hours' }) } },
    /over '36 hours' is no whole number of days/,
  ],
  [
    'a length beyond what is read',
    { reads: '30 days', features: { n: count({ over: '31 days' }), m: count({ over: 'lifetime' }) } },
    /'n': over '31 days' is more than the table reads, which is 30 days\n.*'m': over 'lifetime' is more/,
  ],
  [
    'a logical time within a day',
    { schedule: '0 6 * * *', features: { n: count({ over: '1 day' }) } },
    /its schedule is '0 6 \* \* \*', and features are computed from days in UTC; expected midnights/,
  ],
  [
    'midnights of another zone',
    {
      schedule: { cron: '0 0 * * *', timezone: 'Europe/Paris' },
      features: { n: count({ over: '1 day' }) },
    },
    /in Europe\/Paris, and features are computed from days in UTC/,
  ],
  [
    'a table that cannot be joined',
    { references: [places], features: { n: count({ over: '1 day' }) } },
    /reference table 'places' cannot be joined: its primary keys 'place' are not all text fields/,
  ],
  [
    'an aggregate of a column of the row',
    { features: { tier: mostFrequent('users.subscription_tier', { over: '1 day' }) } },
    /'users.subscription_tier' is one value for each row.*name it in a derived feature/,
  ],
  [
    'a derived feature of a column of events',
    { features: { n: count({ over: '1 day' }), kind: lower('products.category') } },
    /'products.category' belongs to each event, not to the row; make an aggregate of it/,
  ],
  [
    'the last value of a joined column',
    { features: { kind: last('products.category', { over: '1 day' }) } },
    /last needs the order of events, and takes no column of a joined table/,
  ],
  [
    'an aggregate of an expression with the logical time',
    { features: { n: sum(secondsBetween('event_ts', logicalTime()), { over: '1 day' }) } },
    /now is only for request features, and logicalTime for/,
  ],
  [
    'features that are made of each other',
    { features: { a: add('b', 1), b: add('a', 1) } },
    /features 'a', 'b' are made of each other in a circle/,
  ],
  [
    'a misspelt feature',
    { features: { events: count({ over: '1 day' }), twice: add('event', 'event') } },
    /'event' is not a feature of this table; did you mean 'events'\?/,
  ],
  [
    'a retention that removes a day before its tiles are made',
    { schedule: '0 0 * * MON', features: { n: count({ over: '30 days' }) }, keep: '7 days' },
    /keeps raw events for 7 days, and 7 days may pass between two logical times, when tiles are made/,
  ],
] as const)('%s is refused, with what to do', (_, given, message) => {
  const { keep, ...options } = { keep: undefined, ...given };
  const source = { ...userEvents.definition, retention: { raw: keep } };
  const { definition } = batchTable({ ...daily, ...options } as never);
  const apply = () =>
    definitionSet([source, users.definition, products.definition, places.definition, definition]);
  expect(apply).toThrow(message);
});

test('a raw retention that is shorter than a lifetime is fine for day tiles, which stay', () => {
  const { definition } = batchTable({ ...daily, features: { spent: sum('revenue', { over: 'lifetime' }) } });
  const source = { ...userEvents.definition, retention: { raw: '2 days' } };
  definitionSet([source, users.definition, products.definition, definition]);
});

test('a type in the registry that is not that of the feature is refused', () => {
  const { definition } = batchTable({ ...daily, features: { n: count({ over: '1 day' }) } });
  const mistyped = {
    ...definition,
    features: definition.features.map((one) => ({ ...one, type: 'double' })),
  };
  try {
    definitionSet([userEvents.definition, users.definition, products.definition, mistyped]);
    expect.unreachable();
  } catch (error) {
    expect((error as AsofError).message).toMatch(/feature 'n': it is a bigint, not a double/);
  }
});
