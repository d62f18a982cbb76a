import { expect, test } from 'vitest';
import { featureTypes } from '../../../../domain/features/feature-types.ts';
import {
  type AggregateFeature,
  type BatchTableDefinition,
  FIELD_TYPES,
  type FieldType,
  SCALAR_TYPES,
  type StreamTableDefinition,
} from '../../../../domain/registry/definition.ts';
import { definitionSet } from '../../../../schemas/definitions/definition-set.ts';
import type { TypedExpression } from '../../../../schemas/definitions/expressions/typed-expression.ts';
import {
  count,
  countIf,
  equals,
  eventSource,
  isNull,
  last,
  lookup,
  mean,
  optional,
  quantile,
  referenceTable,
  required,
  share,
  streamTable,
  sum,
  trainingSet,
} from '../../../../schemas/index.ts';

/** A source with a field of each type, named as the type, and a list as `string_list`. */
const source = eventSource({
  name: 'typed',
  entity: 'user_id',
  eventTime: 'event_ts',
  fields: {
    user_id: required('string'),
    event_ts: required('timestamp'),
    string: optional('string'),
    double: optional('double'),
    integer: optional('integer'),
    boolean: optional('boolean'),
    timestamp: optional('timestamp'),
    decimal: optional('decimal'),
    date: optional('date'),
    string_list: optional('string[]'),
    double_list: optional('double[]'),
    integer_list: optional('integer[]'),
    boolean_list: optional('boolean[]'),
  },
});

const table = streamTable({
  name: 'typed_features',
  source,
  window: { length: '1 hour', slide: '1 hour' },
  features: { is_true: last('boolean'), trues: count({ where: { boolean: true } }), price: sum('decimal') },
});

const numbers: readonly FieldType[] = ['double', 'integer'];
const values: readonly FieldType[] = ['string', ...numbers, 'date', 'boolean'];

/** The types of fields that each aggregate takes. */
const TAKEN: Record<string, readonly FieldType[]> = {
  count: SCALAR_TYPES,
  sum: [...numbers, 'decimal'],
  mean: [...numbers, 'decimal'],
  min: [...numbers, 'timestamp'],
  quantile: numbers,
  first: values,
  last: values,
  count_distinct: values,
  last_k: values,
  histogram: values,
  most_frequent: values,
  diversity: values,
  share: ['boolean'],
};

const OPTIONS: Record<string, object> = { quantile: { quantile: 0.5 }, last_k: { k: 2 } };

test('each aggregate takes fields of its types, and names the types that it takes instead of another', () => {
  for (const [aggregate, taken] of Object.entries(TAKEN)) {
    for (const type of FIELD_TYPES) {
      const field = fieldOf(type);
      const feature = { name: 'f', aggregate, field, where: null, over: null, ...OPTIONS[aggregate] };
      const message = messageOf([feature as AggregateFeature]);
      if (taken.includes(type)) expect(message, `${aggregate} of ${type}`).toBe('');
      else expect(message).toMatch(new RegExp(`'f': ${aggregate} needs a .* field .*, got '${field}'`));
    }
  }
});

test('a number is asked of a truth value by its share', () => {
  for (const feature of [sum('boolean'), mean('boolean')])
    expect(messageOf([{ ...feature, name: 'f' }])).toMatch(
      /got 'boolean', which is true or false; share\('boolean'\) says how often it is true/,
    );
});

test('an aggregate is filtered by texts, numbers and truth values, and by nothing else', () => {
  const filters: Partial<Record<FieldType, string | number | boolean>> = {
    string: 'a',
    double: 0.5,
    integer: 1,
    boolean: false,
  };
  for (const type of FIELD_TYPES) {
    const message = messageOf([
      { ...count({ where: { [fieldOf(type)]: filters[type] ?? '2026-01-31' } }), name: 'f' },
    ]);
    if (type in filters) expect(message).toBe('');
    else
      expect(message).toMatch(new RegExp(`'f': where names '${fieldOf(type)}', which is not a string field`));
  }
});

test('a truth value is a boolean feature, which no expression and no other default takes', () => {
  expect([...featureTypes(table.definition, source.definition)]).toEqual([
    ['is_true', 'boolean'],
    ['trues', 'bigint'],
    ['price', 'double'],
  ]);
  const { features } = table.definition;
  expect(messageOf([...features, { name: 'd', expression: { op: 'add', of: ['is_true', 1] } }])).toMatch(
    /feature 'd': 'is_true' is not a numeric feature of this table; expected one of trues, price, d/,
  );
  for (const fallback of [true, false, null]) expect(messageOfDefault(fallback)).toBe('');
  for (const fallback of [1, 0, 'true'])
    expect(messageOfDefault(fallback)).toMatch(/the default of 'is_true' must be true, false or null/);
});

test('a batch table has boolean features, and defaults of their type', () => {
  const batch: BatchTableDefinition = {
    kind: 'batch_table',
    name: 'past',
    source: 'typed',
    references: [],
    primaryKeys: ['user_id'],
    schedule: '0 0 * * *',
    availableAfter: '0 seconds',
    features: [{ name: 'was_true', type: 'boolean' }],
    sql: 'SELECT user_id, bool_or("boolean") AS was_true FROM events GROUP BY user_id',
  };
  expect([...featureTypes(batch, source.definition)]).toEqual([['was_true', 'boolean']]);
  expect(() => definitionSet([source.definition, batch])).not.toThrow();
});

test('a reference table has no list, and a filter only asks whether a list is null', () => {
  const fields = { id: required('string'), tags: optional('string[]') };
  // @ts-expect-error a reference table holds no list
  expect(() => referenceTable({ name: 'r', primaryKeys: ['id'], fields })).toThrow(
    /'string\[\]' is none of the types of a reference table: string, double/,
  );
  const of = (where: TypedExpression) => () =>
    definitionSet([{ ...source.definition, where: where.expression }]);
  expect(of(isNull('string_list'))).not.toThrow();
  expect(of(equals('string_list', 'a'))).toThrow(
    /'string_list' is a string\[\]; only isNull takes such a field/,
  );
});

/** Definitions that the compiler refuses. None runs. */
const refused = {
  'a mean of truth values': () =>
    streamTable({
      ...table.definition,
      source,
      // @ts-expect-error `boolean` is a boolean field
      features: { share: mean('boolean') },
    }),
  'a quantile of truth values': () =>
    streamTable({
      ...table.definition,
      source,
      // @ts-expect-error `boolean` is a boolean field
      features: { truths: quantile('boolean', { quantile: 0.5 }) },
    }),
  'the share of a text': () =>
    streamTable({
      ...table.definition,
      source,
      // @ts-expect-error `string` is a string field
      features: { share: share('string') },
    }),
  'a count of what an unknown field says': () =>
    streamTable({
      ...table.definition,
      source,
      // @ts-expect-error there is no field `truth`
      features: { truths: countIf({ truth: true }) },
    }),
  'a share among events of an unknown field': () =>
    streamTable({
      ...table.definition,
      source,
      // @ts-expect-error there is no field `truth`
      features: { share: share('boolean', { where: { truth: true } }) },
    }),
  'the last of a list': () =>
    streamTable({
      ...table.definition,
      source,
      // @ts-expect-error `string_list` is a list
      features: { tags: last('string_list') },
    }),
  'the last of a decimal': () =>
    streamTable({
      ...table.definition,
      source,
      // @ts-expect-error `decimal` is a decimal field
      features: { price: last('decimal') },
    }),
};

test('the compiler refuses aggregates of fields that they do not take', () => {
  expect(Object.values(refused)).toHaveLength(7);
});

/** The name of the source's field of a type. */
function fieldOf(type: FieldType): string {
  return type.replace('[]', '_list');
}

function messageOf(features: StreamTableDefinition['features']): string {
  return refusal([source.definition, { ...table.definition, features }]);
}

function messageOfDefault(fallback: string | number | boolean | null): string {
  const { definition } = trainingSet({
    name: 'set',
    spine: { keys: ['user_id'], timestamp: 'at', label: 'label' },
    lookups: [lookup(table, { features: [{ feature: 'is_true', default: fallback }] })],
  });
  return refusal([source.definition, table.definition, definition]);
}

function refusal(definitions: Parameters<typeof definitionSet>[0]): string {
  try {
    definitionSet(definitions);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}
