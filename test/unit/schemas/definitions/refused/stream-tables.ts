import {
  add,
  concat,
  count,
  countIf,
  divide,
  eventSource,
  greater,
  last,
  length,
  mean,
  multiply,
  optional,
  ratio,
  required,
  secondsBetween,
  share,
  streamTable,
  sum,
  when,
} from 'asof';

const shop = eventSource({
  name: 'shop',
  entity: 'user_id',
  eventTime: 'at',
  fields: {
    user_id: required('string'),
    platform: optional('string'),
    price: optional('double'),
    quantity: optional('integer'),
    at: required('timestamp'),
  },
});

const hourly = { name: 'spend', source: shop, window: { length: '1 hour', slide: '1 hour' } } as const;

/** Stream tables whose keys or aggregates the compiler refuses. */
export const refusedAggregates = {
  'a key of another type': () =>
    streamTable({
      ...hourly,
      // @ts-expect-error `quantity` is an integer field
      primaryKeys: ['user_id', 'quantity'],
      features: { events: count() },
    }),

  'a misspelt field in an argument': () =>
    streamTable({
      ...hourly,
      // @ts-expect-error there is no field `prise`
      features: { revenue: sum(multiply('prise', 'quantity')) },
    }),

  'an argument over a text where a number is needed': () =>
    streamTable({
      ...hourly,
      // @ts-expect-error `platform` is a string field
      features: { revenue: sum(multiply('platform', 'quantity')) },
    }),

  'an argument that gives a text where a number is needed': () =>
    streamTable({
      ...hourly,
      // @ts-expect-error the mean is of numbers
      features: { middle: mean(concat('platform', 'user_id')) },
    }),

  'the length of a number': () =>
    streamTable({
      ...hourly,
      // @ts-expect-error `price` is a double field
      features: { size: last(length('price')) },
    }),

  'seconds from a text': () =>
    streamTable({
      ...hourly,
      // @ts-expect-error `platform` is a string field
      features: { wait: mean(secondsBetween('platform', 'at')) },
    }),

  'a misspelt field in a filter': () =>
    streamTable({
      ...hourly,
      // @ts-expect-error there is no field `prise`
      features: { dear: count({ where: greater('prise', 100) }) },
    }),

  'a misspelt field in the short form of a filter': () =>
    streamTable({
      ...hourly,
      // @ts-expect-error there is no field `platfrom`
      features: { web: count({ where: { platfrom: 'web' } }) },
    }),

  'a condition over a text where a number is needed': () =>
    streamTable({
      ...hourly,
      // @ts-expect-error `platform` is a string field
      features: { dear: countIf(greater('platform', 100)) },
    }),

  'a share of a number': () =>
    streamTable({
      ...hourly,
      // @ts-expect-error `price` is a double field
      features: { paid: share('price') },
    }),
};

/** Stream tables whose derived features the compiler refuses. */
export const refusedDerived = {
  'a misspelt feature': () =>
    streamTable({
      ...hourly,
      // @ts-expect-error there is no feature `event`
      features: { events: count(), revenue: sum('price'), each: ratio('revenue', 'event') },
    }),

  'a field in the place of a feature': () =>
    streamTable({
      ...hourly,
      // @ts-expect-error `price` is a field, not a feature
      features: { events: count(), each: divide('price', 'events') },
    }),

  'a text where a number is needed': () =>
    streamTable({
      ...hourly,
      // @ts-expect-error `device` is a text
      features: { device: last('platform'), each: add('device', 1) },
    }),

  'a number where a text is needed': () =>
    streamTable({
      ...hourly,
      // @ts-expect-error `events` is a number
      features: { events: count(), size: length('events') },
    }),

  'a number in the place of a condition': () =>
    streamTable({
      ...hourly,
      // @ts-expect-error `events` is a number
      features: { events: count(), many: when('events', 1, 0) },
    }),
};
