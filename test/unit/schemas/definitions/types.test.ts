import { expect, test } from 'vitest';
import { userEvents } from '../../../../examples/churn/definitions/user-events.ts';
import { definitionSet } from '../../../../schemas/definitions/definition-set.ts';
import {
  add,
  and,
  count,
  countDistinct,
  diversity,
  equals,
  eventSource,
  greater,
  isNull,
  last,
  lastK,
  max,
  mostFrequent,
  quantile,
  ratio,
  required,
  streamTable,
  subtract,
  sum,
} from '../../../../schemas/index.ts';

const plain = {
  name: 'plain',
  entity: 'user_id',
  eventTime: 'event_ts',
  fields: { user_id: required('string'), event_ts: required('timestamp') },
} as const;

/**
 * Definitions that the compiler refuses. `tsc` fails if one of the marked lines is no longer an error. None
 * runs.
 */
const refused = {
  'an unknown field': () =>
    streamTable({
      ...spend,
      // @ts-expect-error there is no field `price`
      features: { spend: sum('price') },
    }),

  'a sum of texts': () =>
    streamTable({
      ...spend,
      // @ts-expect-error `platform` is a string field
      features: { spend: sum('platform') },
    }),

  'the last of a time': () =>
    streamTable({
      ...spend,
      // @ts-expect-error `event_ts` is a timestamp field
      features: { latest: last('event_ts') },
    }),

  'a ratio of a feature that the table does not have': () =>
    streamTable({
      ...spend,
      // @ts-expect-error there is no feature `visits`
      features: { events: count(), per_visit: ratio('events', 'visits') },
    }),

  'an expression of a feature that the table does not have': () =>
    streamTable({
      ...spend,
      // @ts-expect-error there is no feature `visits`
      features: { events: count(), per_visit: add(1, ratio('events', 'visits')) },
    }),

  'a unit of a text': () =>
    // @ts-expect-error only timestamps have a unit
    required('string', { unit: 'seconds' }),

  'a time with a unit and a zone': () =>
    // @ts-expect-error numbers since 1970 have no zone
    required('timestamp', { unit: 'seconds', zone: 'Europe/Paris' }),

  'a text that is coerced': () =>
    // @ts-expect-error a text is taken as it is
    required('string', { coerce: true }),

  'a filter on a field that the source does not have': () =>
    eventSource({
      ...plain,
      // @ts-expect-error there is no field `country`
      where: { country: 'FR' },
    }),

  'a condition on a field that the source does not have': () =>
    eventSource({
      ...plain,
      // @ts-expect-error there is no field `country`
      where: and(equals('user_id', 'u_1'), isNull('country')),
    }),

  'a filter by a value of another type': () =>
    eventSource({
      ...plain,
      // @ts-expect-error `user_id` is a text
      where: { user_id: 7 },
    }),

  'the median of texts': () =>
    streamTable({
      ...spend,
      // @ts-expect-error `platform` is a string field
      features: { median: quantile('platform', { quantile: 0.5 }) },
    }),

  'a sum of a boolean field': () =>
    streamTable({
      ...spend,
      source: orders,
      // @ts-expect-error `gift` is a boolean field
      features: { gifts: sum('gift') },
    }),

  'a product of the most frequent text': () =>
    streamTable({
      ...spend,
      // @ts-expect-error `usual` is a text
      features: { usual: mostFrequent('platform'), twice: add('usual', 'usual') },
    }),

  'the diversity of times': () =>
    streamTable({
      ...spend,
      // @ts-expect-error `event_ts` is a timestamp field
      features: { times: diversity('event_ts') },
    }),

  'a list of unknown length': () =>
    streamTable({
      ...spend,
      // @ts-expect-error `k` is missing
      features: { platforms: lastK('platform', {}) },
    }),

  'a key that is not a string': () =>
    streamTable({
      ...spend,
      // @ts-expect-error `revenue` is a double field
      primaryKeys: ['revenue'],
      features: { events: count() },
    }),

  'an event time that is not a timestamp': () =>
    eventSource({
      name: 'clicks',
      fields: { user_id: required('string'), at: required('timestamp') },
      entity: 'user_id',
      // @ts-expect-error `user_id` is a string field
      eventTime: 'user_id',
    }),
};

const orders = eventSource({
  name: 'orders',
  fields: {
    user_id: required('string'),
    at: required('timestamp'),
    quantity: required('integer'),
    gift: required('boolean'),
  },
  entity: 'user_id',
  eventTime: 'at',
});

const spend = { name: 'spend', source: userEvents, window: { length: '1 hour', slide: '1 hour' } } as const;

test('the compiler accepts definitions that fit the source, and refuses others', () => {
  const fits = streamTable({
    ...spend,
    features: {
      events: count(),
      products: countDistinct('product_id'),
      per_product: ratio('events', 'products'),
      latest: max('event_ts'),
      usual: mostFrequent('platform'),
      variety: diversity('product_id'),
      usual_and_variety: and(equals('usual', 'ios'), greater('variety', 0.5)),
      per_product_and_one: add('per_product', 1, subtract('events', 'events')),
    },
  });
  expect(fits.definition.features).toHaveLength(8);
  const quantities = streamTable({
    ...spend,
    source: orders,
    features: {
      gifts: count({ where: { gift: true, quantity: 3 } }),
      quantity: sum('quantity'),
      latest: last('quantity'),
    },
  });
  expect(definitionSet([orders.definition, quantities.definition]).ofKind('stream_table')).toHaveLength(1);
  expect(Object.keys(refused)).toHaveLength(18);
});
