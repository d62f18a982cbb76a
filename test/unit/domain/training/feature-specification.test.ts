import { expect, test } from 'vitest';
import type { FeatureLookup, TrainingSetDefinition } from '../../../../domain/registry/definition.ts';
import { featureSpecification } from '../../../../domain/training/feature-specification.ts';
import { featureSpecificationFileSchema } from '../../../../schemas/serving/feature-specification-file.ts';

const lookups: FeatureLookup[] = [
  {
    table: 'visits',
    features: [
      { feature: 'count', as: 'visits', default: 0 },
      { feature: 'last_platform', as: 'last_platform', default: null },
    ],
    lookupKeys: ['user_id'],
    lookback: '24 hours',
  },
];
const churn: TrainingSetDefinition = {
  kind: 'training_set',
  name: 'churn',
  lookups,
  spine: { keys: ['user_id'], timestamp: 'at', label: 'churned', split: 'split' },
};

test('the inputs are the looked-up features, named as in the training set, without the spine', () => {
  const specification = featureSpecification(churn, [
    { name: 'user_id', type: 'string' },
    { name: 'split', type: 'string' },
    { name: 'churned', type: 'bigint' },
    { name: 'visits', type: 'bigint' },
    { name: 'last_platform', type: 'string' },
  ]);
  expect(specification).toEqual({
    trainingSet: 'churn',
    keys: ['user_id'],
    lookups,
    inputs: [
      { name: 'visits', type: 'double' },
      { name: 'last_platform', type: 'string' },
    ],
  });
  expect(featureSpecificationFileSchema.parse(JSON.stringify(specification))).toEqual(specification);
});
