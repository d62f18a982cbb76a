import { expect, test } from 'vitest';
import type { TrainingSetDefinition } from '../../../../domain/registry/definition.ts';
import { definitionSet } from '../../../../schemas/definitions/definition-set.ts';
import { requestFeaturesOf } from '../../../../schemas/definitions/request-feature.ts';
import { trainingSetSchema } from '../../../../schemas/definitions/training-set.ts';
import {
  add,
  concat,
  count,
  endpoint,
  eventSource,
  externalTable,
  floor,
  greater,
  hourOfDay,
  last,
  logicalTime,
  lookup,
  max,
  mean,
  model,
  multiply,
  now,
  optional,
  ratio,
  requestFeature,
  required,
  secondsBetween,
  streamTable,
  text,
  toTime,
  trainingSet,
  when,
} from '../../../../schemas/index.ts';

const payments = eventSource({
  name: 'payments',
  entity: 'card_id',
  eventTime: 'at',
  fields: {
    card_id: required('string'),
    at: required('timestamp'),
    amount: optional('double'),
    country: optional('string'),
  },
});
const cards = streamTable({
  name: 'cards',
  source: payments,
  window: { length: '1 day', slide: '1 hour' },
  features: { payments: count(), mean_amount: mean('amount'), last_at: max('at'), country: last('country') },
});
const limits = externalTable({
  name: 'limits',
  primaryKeys: ['card_id'],
  timestamp: 'at',
  features: { credit_limit: 'bigint', is_blocked: 'boolean', kind: { type: 'string' } },
});

const lookups = [
  lookup(cards, { features: ['mean_amount', 'last_at', { feature: 'country', as: 'home' }] }),
  lookup(limits),
];
const set = {
  name: 'fraud',
  spine: { keys: ['card_id'], timestamp: 'paid_at', label: 'is_fraud' },
  lookups,
} as const;
const requestFields = {
  amount: 'double',
  country: optional('string'),
  device_since: optional('timestamp'),
} as const;

const ratioToMean = requestFeature({
  name: 'amount_ratio',
  expression: ratio('amount', 'mean_amount'),
  description: 'The amount over the usual one of the card.',
});
const requestFeatures = [
  requestFeature({ name: 'is_high', expression: greater('amount_ratio', 10) }),
  ratioToMean,
  requestFeature({ name: 'since_last', expression: secondsBetween(toTime('last_at'), now()) }),
  requestFeature({ name: 'device_age', expression: secondsBetween('device_since', now()) }),
  requestFeature({ name: 'hour', expression: hourOfDay(now(), 'Europe/Paris') }),
  requestFeature({ name: 'places', expression: concat('home', text('-'), 'country', 'kind') }),
  requestFeature({ name: 'paid_in', expression: 'country' }),
  requestFeature({
    name: 'limit_in_use',
    expression: when('is_blocked', 1, ratio('amount', 'credit_limit')),
  }),
] as const;

/**
 * Definitions that the compiler refuses. `tsc` fails if one of the marked lines is no longer an error. None runs.
 */
const refused = {
  'a feature that is not looked up': () =>
    trainingSet({
      ...set,
      requestFields,
      // @ts-expect-error `payments` is not looked up
      requestFeatures: [requestFeature({ name: 'share', expression: ratio('amount', 'payments') })],
    }),
  'a misspelt feature': () =>
    trainingSet({
      ...set,
      requestFields,
      // @ts-expect-error there is no feature `mean_amont`
      requestFeatures: [requestFeature({ name: 'share', expression: ratio('amount', 'mean_amont') })],
    }),
  'the name that a feature had before': () =>
    trainingSet({
      ...set,
      // @ts-expect-error the feature is called `home`
      requestFeatures: [requestFeature({ name: 'where', expression: concat('country', text('!')) })],
    }),
  'a request field that the training set lacks': () =>
    trainingSet({
      ...set,
      // @ts-expect-error there is no field `amount`
      requestFeatures: [ratioToMean],
    }),
  'a request field that the endpoint lacks': () =>
    endpoint({
      name: 'fraud',
      lookups,
      requestFields: { country: 'string' },
      // @ts-expect-error there is no field `amount`
      requestFeatures: [ratioToMean],
    }),
  'a text where a number is needed': () =>
    endpoint({
      name: 'fraud',
      lookups,
      requestFields: { amount: 'string' },
      // @ts-expect-error `amount` is a text
      requestFeatures: [ratioToMean],
    }),
  'a request feature over another that is a text': () =>
    trainingSet({
      ...set,
      requestFields,
      requestFeatures: [
        requestFeature({ name: 'words', expression: concat('home', text('!')) }),
        // @ts-expect-error `words` is a text
        requestFeature({ name: 'more', expression: add('words', 1) }),
      ],
    }),
  'seconds since a number': () =>
    trainingSet({
      ...set,
      // @ts-expect-error `last_at` is a number of seconds; `toTime` makes a time of it
      requestFeatures: [requestFeature({ name: 'since', expression: secondsBetween('last_at', now()) })],
    }),
  'a logical time': () =>
    trainingSet({
      ...set,
      // @ts-expect-error a request has no logical time
      requestFeatures: [requestFeature({ name: 'hour', expression: hourOfDay(logicalTime()) })],
    }),
  'a feature that is a time': () =>
    // @ts-expect-error no feature is a time
    requestFeature({ name: 'at', expression: now() }),
  'a request field that is a list': () =>
    // @ts-expect-error requests have no lists
    trainingSet({ ...set, requestFields: { amounts: 'double[]' } }),
  'request features of a model': () =>
    endpoint({
      name: 'fraud',
      model: model({ name: 'm', trainingSet: trainingSet(set) }),
      // @ts-expect-error the training set says them
      requestFeatures: [ratioToMean],
    }),
  'a baseline that is no feature': () =>
    model({
      name: 'm',
      trainingSet: trainingSet({ ...set, requestFields, requestFeatures }),
      // @ts-expect-error a request field is no input
      recency: 'amount',
    }),
};

test('no request features are the same as none said', () => {
  expect(requestFeaturesOf([]).requestFeatures).toBeUndefined();
  expect(requestFeaturesOf().requestFeatures).toBeUndefined();
});

test('the compiler and apply accept request features that fit, in any order', () => {
  const fraud = trainingSet({ ...set, requestFields, requestFeatures });
  const fraudModel = model({ name: 'm', trainingSet: fraud, recency: 'since_last', nulls: { hour: 12 } });
  const served = endpoint({ name: 'fraud', lookups, requestFields, requestFeatures });
  const given = [payments, cards, limits, fraud, fraudModel, served].map(({ definition }) => definition);
  expect(() => definitionSet(given)).not.toThrow();
  expect(Object.keys(refused)).toHaveLength(13);
});

test('request fields and features are plain JSON, and a definition without them is as before', () => {
  const { definition } = trainingSet({ ...set, requestFields, requestFeatures: [ratioToMean] });
  expect(JSON.parse(JSON.stringify(definition))).toMatchObject({
    requestFields: [
      { name: 'amount', type: 'double', required: true },
      { name: 'country', type: 'string', required: false },
      { name: 'device_since', type: 'timestamp', required: false },
    ],
    requestFeatures: [
      {
        name: 'amount_ratio',
        expression: { op: 'divide', of: ['amount', 'mean_amount'] },
        description: 'The amount over the usual one of the card.',
      },
    ],
  });
  expect(Object.keys(JSON.parse(JSON.stringify(trainingSet(set).definition)) as object)).toEqual([
    'kind',
    'name',
    'spine',
    'lookups',
  ]);
  expect(trainingSetSchema.parse(definition)).toEqual(definition);
});

const feature = (name: string, expression: unknown) => ({ name, expression });

test('apply says all problems of request features at once, with the nearest names', () => {
  const problems = problemsOf({
    requestFields: [{ name: 'amount', type: 'double', required: true }],
    requestFeatures: [
      feature('a', { op: 'divide', of: ['amont', 'mean_amount'] }),
      feature('b', { op: 'add', of: ['home', 1] }),
      feature('c', { op: 'add', of: ['d', 1] }),
      feature('d', { op: 'add', of: ['c', 1] }),
      feature('e', { op: 'moment' }),
      feature('f', 'amount'),
      feature('g', { op: 'seconds_between', of: ['last_at', { op: 'moment' }] }),
    ],
  });
  expect(problems).toEqual([
    "✖ training set 'fraud': request features 'c', 'd' are made of each other in a circle; make one of them of others alone",
    "✖ training set 'fraud': request feature 'a': 'amont' is no looked-up feature, request field or request feature; did you mean 'amount'?",
    "✖ training set 'fraud': request feature 'b': 'home' is a string; add takes a number",
    "✖ training set 'fraud': request feature 'e': a request feature takes a number, a text or a boolean, and now gives a time",
    "✖ training set 'fraud': request feature 'g': 'last_at' is a double; secondsBetween takes a time",
  ]);
});

test.each<[string, () => unknown, RegExp]>([
  [
    'a request field with the name of a feature',
    () => trainingSet({ ...set, requestFields: { Home: 'string' } }),
    /two columns would be called 'Home'; rename one/,
  ],
  [
    'a request feature with the name of the label',
    () =>
      trainingSet({
        ...set,
        requestFeatures: [requestFeature({ name: 'is_fraud', expression: floor('mean_amount') })],
      }),
    /two columns would be called 'is_fraud'; rename one/,
  ],
  [
    'a request field that is a key',
    () => endpoint({ name: 'fraud', lookups, requestFields: { card_id: 'string' } }),
    /'card_id' is a lookup key; rename what is of the request/,
  ],
  [
    'a field that is read from elsewhere',
    () => trainingSet({ ...set, requestFields: { amount: required('double', { coerce: true }) } }),
    /Unrecognized key: "coerce"/,
  ],
  [
    'an unknown option',
    () => requestFeature({ name: 'x', expression: multiply('a', 2), expresion: 1 } as never),
    /there is no option 'expresion'; did you mean 'expression'\?/,
  ],
])('%s is refused', (_what, make, message) => {
  expect(make).toThrow(message);
});

test('apply says the same of the request features of an endpoint', () => {
  const asked = { kind: 'endpoint', name: 'fraud', model: null, lookups, requestFeatures: [ratioToMean] };
  const given = [payments.definition, cards.definition, limits.definition, asked];
  expect(() => definitionSet(given)).toThrow(
    "✖ endpoint 'fraud': request feature 'amount_ratio': 'amount' is no looked-up feature, request field or request feature",
  );
});

test("a model's endpoint takes request features from its training set alone", () => {
  const endpointOf = (extra: object) => ({
    kind: 'endpoint',
    name: 'e',
    model: 'm',
    lookups: null,
    ...extra,
  });
  const fraud = trainingSet({ ...set, requestFields, requestFeatures });
  const fraudModel = model({ name: 'm', trainingSet: fraud });
  const others = [payments, cards, limits, fraud, fraudModel].map(({ definition }) => definition);
  expect(() => definitionSet([...others, endpointOf({})])).not.toThrow();
  expect(() => definitionSet([...others, endpointOf({ requestFeatures: [feature('f', 'amount')] })])).toThrow(
    /said by the model's training set/,
  );
});

function problemsOf(change: object): string[] {
  const { definition } = trainingSet(set);
  const changed = { ...definition, ...change } as TrainingSetDefinition;
  try {
    definitionSet([payments.definition, cards.definition, limits.definition, changed]);
  } catch (error) {
    return (error as Error).message.split('\n').slice(1);
  }
  return [];
}
