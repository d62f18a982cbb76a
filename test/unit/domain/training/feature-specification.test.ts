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

test('each component of a vector is an input, whatever other columns are called', () => {
  const features = [{ feature: 'taste', as: 'taste', default: null }];
  const specification = featureSpecification({ ...churn, lookups: [{ ...lookups[0]!, features }] }, [
    { name: 'user_id', type: 'string' },
    { name: 'taste_2', type: 'string' },
    { name: 'taste_0', type: 'double', vector: 'taste' },
    { name: 'taste_1', type: 'double', vector: 'taste' },
  ]);
  expect(specification.inputs).toEqual([
    { name: 'taste_0', type: 'double', vector: 'taste' },
    { name: 'taste_1', type: 'double', vector: 'taste' },
  ]);
  expect(featureSpecificationFileSchema.parse(JSON.stringify(specification))).toEqual(specification);
});

test('request features are inputs after those that are looked up, and the specification says how to compute them', () => {
  const requestFields = [{ name: 'amount', type: 'double', required: true }] as const;
  const requestFeatures = [
    { name: 'is_high', expression: { op: 'greater', of: ['amount', 'visits'] } },
    { name: 'spent', expression: 'amount' },
  ] as const;
  const specification = featureSpecification({ ...churn, requestFields, requestFeatures }, [
    { name: 'amount', type: 'double' },
    { name: 'visits', type: 'bigint' },
    { name: 'last_platform', type: 'string' },
    { name: 'is_high', type: 'boolean' },
    { name: 'spent', type: 'double' },
  ]);
  expect(specification).toMatchObject({ requestFields, requestFeatures });
  expect(specification.inputs.map(({ name, type }) => `${name} ${type}`)).toEqual([
    'visits double',
    'last_platform string',
    'is_high boolean',
    'spent double',
  ]);
  expect(featureSpecificationFileSchema.parse(JSON.stringify(specification))).toEqual(specification);
});
