import { expect, test } from 'vitest';
import { vectorLengths } from '../../../../domain/features/vectors.ts';
import type { AggregateFeature, Definition } from '../../../../domain/registry/definition.ts';
import { definitionSet } from '../../../../schemas/definitions/definition-set.ts';
import {
  add,
  batchTable,
  endpoint,
  equals,
  eventSource,
  externalTable,
  isNull,
  last,
  lastVector,
  lookup,
  meanVector,
  model,
  optional,
  requestFeature,
  required,
  streamTable,
  sum,
  trainingSet,
} from '../../../../schemas/index.ts';

const source = eventSource({
  name: 'views',
  entity: 'user_id',
  eventTime: 'at',
  fields: {
    user_id: required('string'),
    at: required('timestamp'),
    price: optional('double'),
    place: optional('string'),
    embedding: optional('double[]', { length: 3 }),
    prices: optional('double[]'),
    codes: optional('integer[]'),
  },
});

const common = { name: 'tastes', source, window: { length: '1 hour', slide: '30 minutes' } } as const;
const spine = { keys: ['user_id'], timestamp: 'at', label: 'label' };

const tastes = streamTable({
  ...common,
  features: {
    taste: lastVector('embedding'),
    mean_taste: meanVector('embedding', { where: { place: 'home' }, over: '30 minutes' }),
    has_no_taste: isNull('taste'),
    spent: sum('price'),
  },
});

test('a vector has the length of its field, or the one that its table declares', () => {
  expect([...vectorLengths(tastes.definition, source.definition)]).toEqual([
    ['taste', 3],
    ['mean_taste', 3],
  ]);
  const typed = externalTable({
    name: 'styles',
    primaryKeys: ['user_id'],
    timestamp: 'at',
    features: { style: { type: 'double[]', length: 64, description: 'Of a model.' }, score: 'double' },
  });
  expect([...vectorLengths(typed.definition, undefined)]).toEqual([['style', 64]]);
  expect(problemsOf(source.definition, tastes.definition, typed.definition)).toBe('');
});

test('a length is said of vectors, and of nothing else', () => {
  const fields = { user_id: required('string'), at: required('timestamp') };
  const withField = (field: object) => () =>
    eventSource({
      name: 's',
      entity: 'user_id',
      eventTime: 'at',
      fields: { ...fields, v: { ...optional('double'), ...field } as never },
    });
  expect(withField({ type: 'double[]', length: 4_096 })).not.toThrow();
  expect(withField({ length: 2 })).toThrow(/'v' has a length, which only a double\[\] has/);
  expect(withField({ type: 'integer[]', length: 2 })).toThrow(/'v' has a length/);
  for (const length of [0, 1.5, 4_097]) expect(withField({ type: 'double[]', length })).toThrow(/length/);
  const table = (feature: object) => () =>
    batchTable({
      name: 'b',
      source,
      schedule: '@daily',
      features: { v: feature as never },
      reads: 'everything',
      sql: 'SELECT',
    });
  expect(table({ type: 'double[]' })).toThrow(
    /'v' is a vector, and lacks its length; write it as \{ type: 'double\[\]', length: … \}/,
  );
  expect(table({ type: 'double', length: 2 })).toThrow(/'v' has a length, which only a double\[\] has/);
});

test('what a vector cannot be made of is said with what to do', () => {
  const of = (feature: object) =>
    problemsOf(source.definition, {
      ...tastes.definition,
      features: [{ ...feature, name: 'v' } as AggregateFeature],
    });
  expect(of(meanVector('prices'))).toMatch(
    /'v': mean_vector needs vectors of one length, and 'prices' has any; declare it as optional\('double\[\]', \{ length: … \}\)/,
  );
  for (const field of ['price', 'place', 'codes', 'nothing'])
    expect(of(lastVector(field))).toMatch(
      new RegExp(`last_vector needs a double\\[\\] field of source 'views', got '${field}'`),
    );
  expect(of({ ...lastVector('price'), field: add('price', 1).expression })).toMatch(
    /last_vector is of a field, and no expression gives a vector/,
  );
  expect(of(last('embedding'))).toMatch(/last needs a string, .* got 'embedding'/);
});

test('a looked-up vector is its components to expressions and models, and has no default', () => {
  const set = (features: readonly (string | object)[], others: object = {}) => {
    const looked = lookup(tastes, { features: features as ['taste'] });
    return trainingSet({ name: 'set', spine, lookups: [looked], ...others });
  };
  const problems = (definition: Definition, ...more: Definition[]) =>
    problemsOf(source.definition, tastes.definition, definition, ...more);
  const both = set(['taste', 'spent'], {
    requestFeatures: [requestFeature({ name: 'first_two', expression: add('taste_0', 'taste_1') })],
  });
  expect(problems(both.definition)).toBe('');
  const nulls = (input: string) =>
    problems(both.definition, model({ name: 'm', trainingSet: both, nulls: { [input]: 1 } }).definition);
  expect(nulls('taste_2')).toBe('');
  expect(nulls('taste_3')).toMatch(/nulls names 'taste_3', .* did you mean 'taste_\d'\?/);
  expect(nulls('taste')).toMatch(/nulls names 'taste'/);
  expect(problems(set([{ feature: 'taste', default: 0 }]).definition)).toMatch(
    /'taste' is a vector, which has no default but null/,
  );
  expect(problems(set(['taste', { feature: 'spent', as: 'taste_1' }]).definition)).toMatch(
    /the vector 'taste' has a component 'taste_1', which something else is called too; rename one/,
  );
  const serve = (features: readonly (string | object)[], requestFields: Readonly<Record<string, 'double'>>) =>
    endpoint({
      name: 'styles',
      lookups: [lookup(tastes, { features: features as ['taste'] })],
      requestFields,
      requestFeatures: [requestFeature({ name: 'first_two', expression: add('taste_0', 'taste_1') })],
    }).definition;
  expect(problems(serve(['taste'], { amount: 'double' }))).toBe('');
  const refused = /endpoint 'styles': the vector 'taste' has a component 'taste_1', which something else/;
  expect(problems(serve(['taste'], { taste_1: 'double' }))).toMatch(refused);
  expect(problems(serve(['taste', { feature: 'spent', as: 'taste_1' }], {}))).toMatch(refused);
});

/** Definitions that the compiler refuses. None runs. */
const refused = {
  'a sum of vectors': () =>
    streamTable({
      ...common,
      // @ts-expect-error `embedding` is a double[] field
      features: { taste: sum('embedding') },
    }),
  'the mean vector of a text': () =>
    streamTable({
      ...common,
      // @ts-expect-error `place` is a string field
      features: { taste: meanVector('place') },
    }),
  'the last vector of a number': () =>
    streamTable({
      ...common,
      // @ts-expect-error `price` is a double field
      features: { taste: lastVector('price') },
    }),
  'a vector where a number is needed': () =>
    streamTable({
      ...common,
      // @ts-expect-error `taste` is a vector
      features: { taste: lastVector('embedding'), more: add('taste', 1) },
    }),
  'a vector that is compared': () =>
    streamTable({
      ...common,
      // @ts-expect-error `embedding` is a double[] field
      features: { taste: lastVector('embedding', { where: equals('embedding', 1) }) },
    }),
  'a typed vector without a length': () =>
    externalTable({
      name: 'styles',
      primaryKeys: ['user_id'],
      timestamp: 'at',
      // @ts-expect-error `length` is missing
      features: { style: { type: 'double[]' } },
    }),
  'a length of a text': () =>
    // @ts-expect-error a text has no length
    optional('string', { length: 3 }),
  'a component of a number': () =>
    trainingSet({
      name: 'set',
      spine,
      lookups: [lookup(tastes)],
      // @ts-expect-error `spent` is a number
      requestFeatures: [requestFeature({ name: 'first', expression: add('spent_0', 1) })],
    }),
};

test('the compiler knows vectors from numbers', () => {
  expect(Object.keys(refused)).toHaveLength(8);
  const set = trainingSet({
    name: 'set',
    spine,
    lookups: [lookup(tastes, { features: [{ feature: 'taste', as: 'style' }] })],
    requestFeatures: [requestFeature({ name: 'moved', expression: add('style_0', 1) })],
  });
  expect(model({ name: 'm', trainingSet: set, nulls: { style_1: 1, moved: 0 } }).definition.nulls).toEqual({
    style_1: 1,
    moved: 0,
  });
});

function problemsOf(...definitions: readonly Definition[]): string {
  try {
    definitionSet(definitions);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}
