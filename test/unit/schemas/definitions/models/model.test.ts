import { expect, test } from 'vitest';
import { AsofError } from '../../../../../domain/errors/asof-error.ts';
import type { TrainingSetDefinition } from '../../../../../domain/registry/definition.ts';
import { model } from '../../../../../schemas/definitions/models/model.ts';

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

test('what is said of a task and an estimator is in the definition, and nothing else', () => {
  const plain = model({ name: 'm', trainingSet });
  const said = model({ name: 'm', trainingSet, task: 'classification', estimator: 'gradientBoosting' });
  expect(said).toEqual(plain);
  expect(Object.keys(plain.definition)).toEqual([
    ...['kind', 'name', 'trainingSet', 'run', 'parameters', 'nulls', 'recency'],
  ]);
  const { definition } = model({
    name: 'm',
    trainingSet,
    estimator: 'histGradientBoosting',
    parameters: { leaves: 8 },
    categories: { tier: ['gold', 'basic'] },
    classWeights: { 0: 1, 1: 20 },
    earlyStopping: 10,
  });
  expect(definition).toMatchObject({
    estimator: 'histGradientBoosting',
    parameters: { trees: 300, learningRate: 0.05, leaves: 8, leafRows: 20, l2: 0, seed: 42 },
    categories: { tier: ['gold', 'basic'] },
    classWeights: { 0: 1, 1: 20 },
    earlyStopping: 10,
  });
  const own = model({ name: 'm', trainingSet, estimator: { python: 'code' }, parameters: { kind: 'wide' } });
  expect(own.definition).toMatchObject({
    estimator: { python: 'code', minutes: 60, memoryMb: 4096 },
    parameters: { kind: 'wide', seed: 42 },
  });
});

test.each([
  [
    { estimator: 'linear' as const, parameters: { depth: 3 } },
    /Unrecognized key: "depth"[\s\S]*at parameters/,
  ],
  [{ estimator: 'linear' as const, parameters: { l2: 0 } }, /at parameters\.l2/],
  [{ estimator: 'linear' as const, earlyStopping: 3 }, /make one tree after another[\s\S]*at earlyStopping/],
  [{ task: 'ranking' as const }, /a ranking needs the column whose rows it ranks[\s\S]*at group/],
  [{ group: 'session' }, /only a model with task: 'ranking' has groups[\s\S]*at group/],
  [
    { task: 'regression' as const, classWeights: 'balanced' as const },
    /has no classes[\s\S]*at classWeights/,
  ],
  [
    { classWeights: { 0.5: 2 } },
    /a weight above 0 for each label, which is a whole number[\s\S]*at classWeights/,
  ],
  [{ nulls: { age: 1e39 } }, /at nulls\.age/],
  [
    { estimator: { python: 'code' }, parameters: { 'a?': 1 } },
    /expected names of letters[\s\S]*at parameters/,
  ],
  [{ categories: { tier: ['a', 'a'] } }, /a category stands there twice[\s\S]*at categories\.tier/],
  [{ estimator: 'forest' }, /expected 'gradientBoosting', 'histGradientBoosting', 'linear', \{ python/],
])('a model with %j is refused', (options, message) => {
  expect(() => model({ name: 'm', trainingSet, ...(options as object) })).toThrow(message);
});
