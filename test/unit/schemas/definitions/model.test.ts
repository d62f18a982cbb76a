import { expect, test } from 'vitest';
import { AsofError } from '../../../../domain/errors/asof-error.ts';
import type { TrainingSetDefinition } from '../../../../domain/registry/definition.ts';
import { model } from '../../../../schemas/definitions/model.ts';

const trainingSet = { definition: { name: 'churn' } as TrainingSetDefinition };

test('a model has default parameters, which options override', () => {
  const { definition } = model({ name: 'churn_model', trainingSet, parameters: { trees: 10 } });
  expect(definition).toEqual({
    kind: 'model',
    name: 'churn_model',
    trainingSet: 'churn',
    run: 'churn_model',
    parameters: { trees: 10, learningRate: 0.05, depth: 5, subsample: 0.8, seed: 42 },
    nulls: {},
    recency: null,
  });
});

test('all parameters out of bounds are named', () => {
  const bad = () => model({ name: 'Churn', trainingSet, parameters: { trees: 0, subsample: 1.5, seed: -1 } });
  expect(bad).toThrow(AsofError);
  expect(bad).toThrow(
    /model 'Churn' is not valid[\s\S]*at name[\s\S]*parameters\.trees[\s\S]*parameters\.subsample[\s\S]*parameters\.seed/,
  );
});
