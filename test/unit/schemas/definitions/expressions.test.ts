import { expect, test } from 'vitest';
import type {
  EventSourceDefinition,
  FeatureDefinition,
  StreamTableDefinition,
} from '../../../../domain/registry/definition.ts';
import type { Operation } from '../../../../domain/registry/expression.ts';
import { definitionSet } from '../../../../schemas/definitions/definition-set.ts';
import type { TypedExpression } from '../../../../schemas/definitions/expressions/typed-expression.ts';
import {
  add,
  and,
  atLeast,
  clip,
  coalesce,
  concat,
  contains,
  count,
  dayOfWeek,
  divide,
  equals,
  eventSource,
  first,
  greater,
  hourOfDay,
  isIn,
  isNull,
  last,
  length,
  less,
  logicalTime,
  lower,
  multiply,
  named,
  not,
  now,
  optional,
  or,
  ratio,
  required,
  secondsBetween,
  startsWith,
  streamTable,
  sum,
  text,
  toNumber,
  toText,
  toTime,
  when,
} from '../../../../schemas/index.ts';

const orders = eventSource({
  name: 'orders',
  entity: 'user_id',
  eventTime: 'at',
  fields: {
    user_id: required('string'),
    at: required('timestamp'),
    paid_at: optional('timestamp'),
    price: optional('double'),
    quantity: optional('integer'),
    platform: optional('string'),
    is_gift: optional('boolean'),
    tax: optional('decimal'),
    day: optional('date'),
    tags: optional('string[]'),
  },
});

const table = { name: 'spend', source: orders, window: { length: '1 hour', slide: '1 hour' } } as const;

/**
 * Definitions that the compiler refuses. `tsc` fails if one of the marked lines is no longer an error. None
 * runs.
 */
const refused = {
  'a product of a text': () =>
    streamTable({
      ...table,
      // @ts-expect-error `platform` is a text
      features: { revenue: sum(multiply('price', 'platform')) },
    }),
  'a product of an unknown field': () =>
    streamTable({
      ...table,
      // @ts-expect-error there is no field `prise`
      features: { revenue: sum(multiply('prise', 'quantity')) },
    }),
  'a sum of texts': () =>
    streamTable({
      ...table,
      // @ts-expect-error `lower` gives a text
      features: { revenue: sum(lower('platform')) },
    }),
  'an expression filter on an unknown field': () =>
    streamTable({
      ...table,
      // @ts-expect-error there is no field `prise`
      features: { dear: count({ where: greater('prise', 100) }) },
    }),
  'a short filter on an unknown field': () =>
    streamTable({
      ...table,
      // @ts-expect-error there is no field `platfrom`
      features: { ios: count({ where: { platfrom: 'ios' } }) },
    }),
  'a comparison of a text with a number': () =>
    streamTable({
      ...table,
      // @ts-expect-error `platform` is a text
      features: { high: count({ where: greater('platform', 100) }) },
    }),
  'the hour of a number': () =>
    streamTable({
      ...table,
      // @ts-expect-error `price` is no time
      features: { night: count({ where: less(hourOfDay('price'), 6) }) },
    }),
  'the moment of an event': () =>
    streamTable({
      ...table,
      // @ts-expect-error only request features have a now
      features: { old: count({ where: greater(secondsBetween('at', now()), 60) }) },
    }),
  'the logical time of an event': () =>
    streamTable({
      ...table,
      // @ts-expect-error only batch tables have a logical time
      features: { old: count({ where: less('at', logicalTime()) }) },
    }),
  'a feature that is a time': () =>
    // @ts-expect-error no feature is a time
    streamTable({ ...table, features: { highest: count(), at_highest: toTime('highest') } }),
  'the time of a text': () =>
    streamTable({
      ...table,
      // @ts-expect-error `platform` is a text
      features: { nights: count({ where: less(hourOfDay(toTime('platform')), 6) }) },
    }),
  'a number in a concatenation': () =>
    streamTable({
      ...table,
      // @ts-expect-error `price` is no text
      features: { label: last(concat('platform', 'price')) },
    }),
  'a filter that is a number': () =>
    // @ts-expect-error a filter is true or false
    count({ where: multiply('price', 'quantity') }),
  'a derived feature over a text': () =>
    streamTable({
      ...table,
      // @ts-expect-error `latest` is a text
      features: { latest: last('platform'), more: add('latest', 1) },
    }),
  'a derived feature over an unknown feature': () =>
    streamTable({
      ...table,
      // @ts-expect-error there is no feature `order`
      features: { orders: count(), many: when(greater('order', 10), text('many'), text('few')) },
    }),
  'a source filter over a text that must be a number': () =>
    eventSource({
      ...orders.definition,
      fields: orders.fields,
      entity: 'user_id',
      eventTime: 'at',
      // @ts-expect-error `platform` is a text
      where: atLeast('platform', 1),
    }),
};

const features = {
  revenue: sum(multiply('price', 'quantity'), { where: and(not('is_gift'), atLeast('price', 10)) }),
  nights: count({ where: or(less(hourOfDay('at', 'Europe/Paris'), 6), equals(dayOfWeek('at'), 7)) }),
  slow: count({ where: greater(secondsBetween('at', 'paid_at'), 3600) }),
  late: count({ where: less('at', named('paid_at')) }),
  paid_before: count({ where: less('paid_at', toTime('quantity')) }),
  ios: count({ where: startsWith(lower('platform'), 'ios') }),
  first_platform: first(coalesce('platform', text('none'))),
  last_label: last(concat('platform', text('-'), toText('quantity'))),
  tax: sum(toNumber('tax')),
  letters: sum(length('platform')),
  dear: last(greater('price', 100)),
  on_day: count({ where: and(equals('day', '2026-01-31'), not(isNull('tags'))) }),
  share: ratio('nights', 'ios'),
  per_ios: divide('nights', 'ios'),
  bounded: clip('revenue', 0, 1000),
  kind: when(greater('revenue', 100), text('big'), text('small')),
  is_web: contains('last_label', 'web'),
  kind_in_words: concat('kind', text(' '), 'first_platform'),
  picky: isIn('kind', ['big']),
};

test('the compiler accepts expressions that fit, and apply finds no problem in them', () => {
  const { definition } = streamTable({ ...table, features });
  expect(() => definitionSet([orders.definition, definition])).not.toThrow();
  const { name, fields } = { name: 'dear_orders', fields: orders.fields };
  const where = and(atLeast('price', 1), startsWith('platform', 'i'), less('at', named('paid_at')));
  const dear = eventSource({ name, fields, entity: 'user_id', eventTime: 'at', where });
  expect(dear.definition.where).toEqual(where.expression);
  expect(Object.keys(refused)).toHaveLength(16);
});

test('an expression is plain JSON, and what could be said before is written as before', () => {
  expect(features.revenue).toMatchObject({
    field: { op: 'multiply', of: ['price', 'quantity'] },
    where: {
      expression: {
        op: 'and',
        of: [
          { op: 'not', of: 'is_gift' },
          { op: 'at_least', of: ['price', 10] },
        ],
      },
    },
  });
  expect(JSON.stringify(ratio('a', 'b'))).toBe('{"expression":{"op":"divide","of":["a","b"]}}');
  expect(JSON.stringify(and(equals('a', 'x'), not(isIn('b', [1])), isNull('c')))).toBe(
    '{"expression":{"op":"and","of":[{"op":"equals","field":"a","value":"x"},' +
      '{"op":"not","of":{"op":"in","field":"b","values":[1]}},{"op":"is_null","field":"c"}]}}',
  );
  expect(count({ where: { platform: 'ios' } }).where).toEqual({ platform: 'ios' });
});

test.each<[string, Operation, RegExp]>([
  ['an unknown field', { op: 'less', of: ['prise', 1] }, /'prise' is not a field of the source/],
  [
    'a text',
    { op: 'less', of: ['platform', 1] },
    /'platform' is a string; less takes a number, a time or a date/,
  ],
  [
    'a list',
    { op: 'equals', of: ['tags', 'tags'] },
    /'tags' is a string\[\]; only isNull takes such a field/,
  ],
  [
    'another type',
    { op: 'equals', of: ['price', { text: 'x' }] },
    /'price' is a double, and is compared with 'x'; expected a number/,
  ],
  ['two types', { op: 'equals', of: ['price', 'platform'] }, /'platform' is a string; equals takes a number/],
  [
    'a decimal as nobody writes it',
    { op: 'equals', of: ['tax', { text: '1.50' }] },
    /'tax' is a decimal, and is never '1.50'; write '1.5'/,
  ],
  [
    'a day that is none',
    { op: 'less', of: ['day', { text: '2026-02-30' }] },
    /'day' is a date, and is never '2026-02-30'/,
  ],
  [
    'a value for a time',
    { op: 'less', of: ['at', 5] },
    /'at' is a timestamp, and is compared with '5'; expected another time/,
  ],
  ['too few operands', { op: 'equals', of: ['price'] }, /equals takes 2 operands, got 1/],
  ['too many operands', { op: 'when', of: [true, 1, 2, 3] }, /when takes 2 to 3 operands, got 4/],
  ['no truth', { op: 'add', of: ['price', 1] }, /where takes a boolean, and add gives a number/],
  [
    'a wrong part',
    { op: 'starts_with', of: ['platform', 5] },
    /startsWith takes a text, and '5' is a number/,
  ],
  [
    'a wrong choice',
    { op: 'when', of: ['is_gift', 'is_gift', { text: 'no' }] },
    /'is_gift' is a boolean, and when has beside it 'no'; expected a boolean/,
  ],
  [
    'bounds the wrong way round',
    { op: 'less', of: [{ op: 'clip', of: ['price', 5, 1] }, 3] },
    /clip has the least value 5, which is greater than the greatest, 1/,
  ],
  [
    'a text that no event has',
    { op: 'starts_with', of: ['platform', { text: 'a\0' }] },
    /has a NUL character or half of a surrogate pair/,
  ],
  [
    'the moment of an event',
    { op: 'less', of: ['at', { op: 'moment' }] },
    /now is only for request features, and logicalTime for batch tables/,
  ],
  [
    'the time of a text',
    { op: 'less', of: ['at', { op: 'to_time', of: ['platform'] }] },
    /'platform' is a string; toTime takes a number/,
  ],
  [
    'an unknown zone',
    { op: 'less', of: [{ op: 'hour_of_day', of: ['at'], zone: 'Paris' }, 6] },
    /'Paris' is not a time zone; expected a name such as Europe\/Paris/,
  ],
  [
    'values of another type',
    { op: 'in', field: { op: 'lower', of: ['platform'] }, values: ['a', 1] },
    /lower gives a text, and is compared with '1'; expected a string/,
  ],
])('apply refuses %s in a filter, of a source and of an aggregate', (_what, expression, message) => {
  expect(messageOf({ ...orders.definition, where: expression })).toMatch(message);
  expect(messageOf(orders.definition, [{ ...count(), name: 'f', where: { expression } }])).toMatch(message);
});

test('apply says all problems of all features at once', () => {
  const derived = (name: string, { expression }: TypedExpression): FeatureDefinition => ({
    name,
    expression,
  });
  const message = messageOf(orders.definition, [
    { ...sum(multiply('prise', 'platform')), name: 'a' },
    { ...sum(lower('platform')), name: 'b' },
    { ...last('platform'), name: 'c' },
    derived('d', add('c', 1)),
    derived('e', concat('c', 'z')),
  ]);
  expect(message.split('\n').slice(1)).toEqual([
    "✖ stream table 'spend': feature 'a': 'prise' is not a field of the source; did you mean 'price'?",
    "✖ stream table 'spend': feature 'a': 'platform' is a string; multiply takes a number",
    "✖ stream table 'spend': feature 'b': sum takes a number or a decimal, and lower gives a text",
    "✖ stream table 'spend': feature 'd': 'c' is not a numeric feature of this table; expected one of a, b, d",
    "✖ stream table 'spend': feature 'e': 'z' is not a feature of this table; expected one of a, b, c, d, e",
  ]);
});

function messageOf(source: EventSourceDefinition, given?: readonly FeatureDefinition[]): string {
  const { definition } = streamTable({ ...table, features: { orders: count() } });
  const changed: StreamTableDefinition = { ...definition, features: given ?? definition.features };
  try {
    definitionSet([source, changed]);
  } catch (error) {
    return (error as Error).message;
  }
  return '';
}
