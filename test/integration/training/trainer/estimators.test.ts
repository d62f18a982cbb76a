import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { type ModelShape, OnnxModel } from '../../../../adapters/onnx/onnx-model.ts';
import { trainingPython } from '../../../../config/training.ts';
import type { FeatureValue } from '../../../../domain/aggregation/aggregator.ts';

type Row = Readonly<Record<string, FeatureValue>>;

interface Made {
  readonly attempt: number;
  readonly onnx: string | null;
  readonly again: string | null;
  readonly metrics: Readonly<Record<string, number>>;
  readonly warnings: readonly string[];
  readonly notes: readonly string[];
  readonly names: readonly string[];
  readonly answers: readonly (readonly number[])[];
  readonly evaluation: {
    readonly classes: readonly number[] | null;
    readonly importances: readonly { readonly name: string }[];
    readonly splits: { readonly val: Readonly<Record<string, unknown>> };
  };
}

interface Refused {
  readonly error: string;
  readonly message: string;
}

test('every estimator answers in Node what it answers in Python, on rows as pandas reads them', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'asof-test-trainer-'));
  const { records, outcomes } = await trainAll(folder);
  const made = (name: string) => outcomes[name] as Made;

  const known = ['gradientBoosting', 'histGradientBoosting', 'linear'].flatMap((estimator) =>
    ['two', 'several', 'amount'].map((label) => `${estimator} ${label}`),
  );
  const empty = ['gradientBoosting', 'histGradientBoosting', 'linear'].map((name) => `empty ${name}`);
  for (const name of [...known, ...empty, 'ranking', 'early', 'early hist', 'weighted', 'few', 'forest']) {
    const { attempt, answers, names, metrics } = made(name);
    const place = join(folder, `attempt-${attempt}`);
    const shape = JSON.parse(await readFile(join(place, 'feature_spec.json'), 'utf8')) as ModelShape;
    const model = await OnnxModel.load(await readFile(join(place, 'model.onnx')), shape, name);
    const served = await model.predict(records);
    await model.close();
    const expected = answers.map((values) => asServed(values, names));
    const greatest = Math.max(1, ...answers.flat().map(Math.abs));
    for (const [row, prediction] of served.entries())
      for (const [key, value] of Object.entries(expected[row]!))
        expect(Math.abs((asNumbers(prediction)[key]! - value) / greatest), `${name} ${key}`).toBeLessThan(
          1e-5,
        );
    expect(metrics.onnx_max_difference, name).toBeLessThan(1e-5);
  }
  expect(made('linear several').names).toEqual(['probability_-1', 'probability_1', 'probability_3']);

  for (const name of ['gradientBoosting two', 'histGradientBoosting several', 'linear amount'])
    expect(made(name).again, name).toBe(made(name).onnx);

  for (const name of known) expect(made(name).warnings, name).toEqual([]);
  expect(made('gradientBoosting two').metrics).toMatchObject({ val_base_rate: expect.any(Number) as number });
  expect(made('gradientBoosting two').evaluation.splits.val).toMatchObject({
    roc: expect.arrayContaining([[0, 0]]) as number[][],
    pr: expect.any(Array) as number[][],
    calibration: expect.any(Array) as object[],
    thresholds: expect.any(Array) as object[],
    recency: { auc: expect.any(Number) as number },
  });
  expect(
    made('histGradientBoosting amount')
      .evaluation.importances.map(({ name }) => name)
      .sort(),
  ).toEqual(['days', 'is_member', 'product', 'spent', 'visits']);
  expect(made('few').notes.join()).toMatch(
    /product: 3 categories; \d+ other texts, in \d+ of \d+ train rows/,
  );

  const useless = made('useless');
  expect(useless.onnx).toBeNull();
  expect(useless.notes.join()).toMatch(/for Python alone, .*: it does not convert to ONNX/);
  expect(useless.warnings.join()).toMatch(/on val: the model is worse than its base rate: log loss 3.*0\.69/);

  for (const [name, error, message] of [
    ['failing', 'ASOF_ESTIMATOR_FAILED', /ZeroDivisionError in line 2: division by zero/],
    ['endless', 'ASOF_ESTIMATOR_LIMIT', /took longer than 0\.\d+ minutes/],
    ['greedy', 'ASOF_ESTIMATOR_LIMIT', /needs more than 2048 MB/],
    ['fractions', 'ASOF_TRAINING_LABEL_INVALID', /a whole number, .* say task: 'regression'/],
    ['weightless', 'ASOF_TRAINING_WEIGHT_INVALID', /'weight_of_train' .* is 0 in all rows of val/],
    ['unknown weight', 'ASOF_TRAINING_WEIGHT_INVALID', /the class 7, and the train rows have 0, 1/],
  ] as const) {
    const refused = outcomes[name] as Refused;
    expect(refused.error, name).toBe(error);
    expect(refused.message).toMatch(message);
  }
  await rm(folder, { recursive: true });
});

/** What serving answers for the answers of a model in Python: the probability of 1 alone, of 0 and 1. */
function asServed(values: readonly number[], names: readonly string[]): Record<string, number> {
  if (names.join() === 'probability_0,probability_1') return { '': values[1]! };
  if (values.length === 1) return { '': values[0]! };
  return Object.fromEntries(names.map((name, at) => [name.replace('probability_', ''), values[at]!]));
}

function asNumbers(prediction: number | Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  return typeof prediction === 'number' ? { '': prediction } : prediction;
}

async function trainAll(folder: string) {
  const script = fileURLToPath(new URL('support/train_all.py', import.meta.url));
  const trainer = fileURLToPath(new URL('../../../../training', import.meta.url));
  const env = { ...process.env, SECRET: 'not for estimators', OMP_WAIT_POLICY: 'passive' };
  const options = { env, maxBuffer: 64 * 1024 * 1024 };
  const { stdout } = await promisify(execFile)(trainingPython(), [script, folder, trainer], options);
  return JSON.parse(stdout) as {
    readonly records: readonly Row[];
    readonly outcomes: Readonly<Record<string, Made | Refused>>;
  };
}
