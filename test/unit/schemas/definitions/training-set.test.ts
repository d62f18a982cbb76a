import { expect, test } from 'vitest';
import { userActivityFeatures } from '../../../../examples/churn/definitions/user-activity-features.ts';
import { lookup } from '../../../../schemas/definitions/lookup.ts';
import { usesOf } from '../../../../schemas/definitions/making/uses.ts';
import { trainingSet } from '../../../../schemas/definitions/training-set.ts';

const spine = { keys: ['user_id'], timestamp: 'at', label: 'churned' };
const few = {
  features: ['event_count_1h', { feature: 'last_platform', as: 'platform', default: 'none' }],
} as const;

test('a lookup takes all features of its table by default, by keys of the same names', () => {
  const { features, ...rest } = asStored(lookup(userActivityFeatures));
  expect(rest).toEqual({ table: 'user_activity_features', lookupKeys: ['user_id'], lookback: null });
  expect(features).toHaveLength(8);
  const given = { ...few, lookupKeys: ['buyer'], lookback: '1 day' };
  expect(asStored(lookup(userActivityFeatures, given))).toEqual({
    table: 'user_activity_features',
    features: [
      { feature: 'event_count_1h', as: 'event_count_1h', default: null },
      { feature: 'last_platform', as: 'platform', default: 'none' },
    ],
    lookupKeys: ['buyer'],
    lookback: '1 day',
  });
});

test('a training set is plain JSON that includes its defaults', () => {
  const lookups = [lookup(userActivityFeatures, few)];
  const { definition } = trainingSet({ name: 'churn', spine, lookups });
  expect(asStored(definition)).toEqual({
    kind: 'training_set',
    name: 'churn',
    spine: { ...spine, split: null },
    lookups: lookups.map(asStored),
  });
});

test('a copy of a lookup knows its table, of which the definition has nothing', () => {
  const copy = { ...lookup(userActivityFeatures, few), lookback: '1 day' };
  const { definition } = trainingSet({ name: 'churn', spine, lookups: [copy] });
  const made = trainingSet({
    name: 'churn',
    spine,
    lookups: [lookup(userActivityFeatures, { ...few, lookback: '1 day' })],
  });
  expect(definition).toStrictEqual(made.definition);
  expect(usesOf(copy)).toEqual([userActivityFeatures]);
  for (const part of [definition, ...definition.lookups])
    expect(Object.getOwnPropertySymbols(part)).toEqual([]);
});

function asStored<Made extends object>(made: Made): Made {
  return JSON.parse(JSON.stringify(made)) as Made;
}

test.each([
  ['no look-ups', { lookups: [] }, /lookups/],
  [
    'a feature twice',
    { lookups: [lookup(userActivityFeatures), lookup(userActivityFeatures, few)] },
    /two columns would be called 'event_count_1h'; rename a looked-up feature with/,
  ],
  [
    'a feature with the name of the label',
    { spine: { ...spine, label: 'platform' }, lookups: [lookup(userActivityFeatures, few)] },
    /two columns would be called 'platform'/,
  ],
  [
    'a key that is the label',
    { lookups: [lookup(userActivityFeatures, { ...few, lookupKeys: ['churned'] })] },
    /lookup key 'churned' is the spine's timestamp, label, split or weight/,
  ],
  [
    'a feature with the name of a lookup key that is no key of the spine',
    { lookups: [lookup(userActivityFeatures, { ...few, lookupKeys: ['platform'] })] },
    /'platform' is a lookup key, which is a column of the spine; rename one/,
  ],
  [
    'a request field with the name of a lookup key',
    {
      lookups: [lookup(userActivityFeatures, { ...few, lookupKeys: ['buyer'] })],
      requestFields: { buyer: 'double' as const },
    },
    /'buyer' is a lookup key, which is a column of the spine; rename one/,
  ],
  [
    'an invalid lookback',
    { lookups: [lookup(userActivityFeatures, { ...few, lookback: '1 week' })] },
    /'1 week' is not a duration.*\n.*lookback/,
  ],
])('a training set is refused with %s', (_what, change, message) => {
  expect(() => trainingSet({ name: 'churn', spine, ...change })).toThrow(message);
});

const shares = { train: 0.8, val: 0.1, test: 0.1 };

test.each<[string, Partial<Parameters<typeof trainingSet>[0]['spine']>, RegExp]>([
  [
    'times in the wrong order',
    { split: { by: 'time', valFrom: '2026-02-01', testFrom: '2026-01-31T12:00:00Z' } },
    /expected a moment after valFrom.*\n.*spine\.split\.testFrom/,
  ],
  [
    'no time',
    { split: { by: 'time', valFrom: 'May', testFrom: '2026-01-31' } },
    /'May' is not a time such as/,
  ],
  [
    'a hash of no key',
    { split: { by: 'hash', key: 'shop', seed: 7, shares } },
    /'shop' is neither one of the spine's keys nor a lookup key\n.*spine\.split\.key/,
  ],
  [
    'shares that do not add up',
    { split: { by: 'hash', key: 'user_id', seed: 7, shares: { ...shares, test: 0.2 } } },
    /expected shares that add up to 1/,
  ],
  [
    'the name of the label',
    { split: { by: 'hash', key: 'user_id', seed: 7, shares, as: 'churned' } },
    /two columns would be called 'churned'/,
  ],
  ['a sample by no key', { sample: { share: 0.1, seed: 7, by: 'shop' } }, /'shop' is neither/],
  ['a share of zero', { sample: { share: 0, seed: 7 } }, /expected a share above 0, and at most 1/],
  ['leaks without a split', { refuseLeaks: ['time'] }, /there is no split between which rows could leak/],
])('a spine is refused with %s', (_what, change, message) => {
  const lookups = [lookup(userActivityFeatures)];
  expect(() => trainingSet({ name: 'churn', spine: { ...spine, ...change }, lookups })).toThrow(message);
});

test('a spine without a label has no labels to keep', () => {
  const unlabelled = { keys: ['user_id'], timestamp: 'at' };
  const lookups = [lookup(userActivityFeatures)];
  expect(asStored(trainingSet({ name: 'all', spine: unlabelled, lookups }).definition).spine).toEqual({
    ...unlabelled,
    split: null,
  });
  const sample = { share: 0.1, seed: 7, keepLabels: [1] };
  expect(() => trainingSet({ name: 'all', spine: { ...unlabelled, sample }, lookups })).toThrow(
    /the spine has no label/,
  );
});
