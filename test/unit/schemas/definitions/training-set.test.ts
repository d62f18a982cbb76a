import { expect, test } from 'vitest';
import { userActivityFeatures } from '../../../../examples/churn/definitions/user-activity-features.ts';
import { lookup } from '../../../../schemas/definitions/lookup.ts';
import { trainingSet } from '../../../../schemas/definitions/training-set.ts';
import { usesOf } from '../../../../schemas/definitions/uses.ts';

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
    /lookup key 'churned' is the spine's timestamp, label or split/,
  ],
  [
    'an invalid lookback',
    { lookups: [lookup(userActivityFeatures, { ...few, lookback: '1 week' })] },
    /'1 week' is not a duration.*\n.*lookback/,
  ],
])('a training set is refused with %s', (_what, change, message) => {
  expect(() => trainingSet({ name: 'churn', spine, ...change })).toThrow(message);
});
