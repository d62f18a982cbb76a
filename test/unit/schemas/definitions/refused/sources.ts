import { and, atLeast, eventSource, greater, lower, multiply, optional, required, startsWith } from 'asof';

const shop = {
  name: 'shop',
  entity: 'user_id',
  eventTime: 'at',
  fields: {
    user_id: required('string'),
    platform: optional('string'),
    price: optional('double'),
    is_member: optional('boolean'),
    at: required('timestamp'),
  },
} as const;

/** Event sources that the compiler refuses. */
export const refusedSources = {
  'an entity of another type': () =>
    eventSource({
      ...shop,
      // @ts-expect-error `price` is a double field
      entity: 'price',
    }),

  'a misspelt entity': () =>
    eventSource({
      ...shop,
      // @ts-expect-error there is no field `user`
      entity: 'user',
    }),

  'an event time that is no time': () =>
    eventSource({
      ...shop,
      // @ts-expect-error `platform` is a string field
      eventTime: 'platform',
    }),

  'a filter on a misspelt field': () =>
    eventSource({
      ...shop,
      // @ts-expect-error there is no field `platfrom`
      where: and(startsWith(lower('platfrom'), 'ios'), greater('price', 0)),
    }),

  'a filter over a text where a number is needed': () =>
    eventSource({
      ...shop,
      // @ts-expect-error `platform` is a string field
      where: greater(multiply('platform', 2), 10),
    }),

  'a filter that is a number': () =>
    eventSource({
      ...shop,
      // @ts-expect-error a filter is true or false
      where: multiply('price', 2),
    }),

  'a filter that orders texts': () =>
    eventSource({
      ...shop,
      // @ts-expect-error `platform` is a string field, which has no order
      where: atLeast('platform', 5),
    }),

  'a value of another type in the short form': () =>
    eventSource({
      ...shop,
      // @ts-expect-error `is_member` is a boolean field
      where: { is_member: 'yes' },
    }),

  'duplicates by a misspelt field': () =>
    eventSource({
      ...shop,
      // @ts-expect-error there is no field `usr_id`
      deduplicate: { by: ['usr_id'], within: '1 hour' },
    }),
};
