import { expect } from 'vitest';
import type { FeatureOutputs, Predictions } from '../../../schemas/serving/invocation.ts';
import { stackEnvironment } from '../../../stack/index.ts';
import { python } from '../../integration/training/model/support/python.ts';
import { CHURN_FEATURES } from '../../oracle/churn.ts';
import type { Value } from '../../oracle/training-set.ts';

/** The number of training rows that `load_model.py` predicts; a row of nulls follows them. */
const ROWS = 200;

interface Loaded {
  readonly probabilities: Record<'sklearn' | 'onnx' | 'pyfunc', number[]>;
}

/**
 * Expects the endpoint of `asof serve` to give, for the features of a training set, the probabilities of
 * MLflow's own Python clients.
 */
export async function expectEndpointLikePython(
  version: string,
  path: string,
  features: readonly Value[][],
): Promise<void> {
  const stdout = await python('load_model.py', [version, path, CHURN_FEATURES.join(',')], {
    ...process.env,
    ...stackEnvironment(),
  });
  const nulls = CHURN_FEATURES.map(() => null);
  const records = [...features.slice(0, ROWS), nulls].map((values) =>
    Object.fromEntries(values.map((value, at) => [CHURN_FEATURES[at]!, plain(value)])),
  );
  const { predictions } = await invoke<Predictions>('churn', records);
  expect(new Set(predictions).size).toBeGreaterThan(ROWS / 4);
  for (const [flavor, expected] of Object.entries((JSON.parse(stdout) as Loaded).probabilities)) {
    expect(expected, flavor).toHaveLength(predictions.length);
    const differences = expected.map((probability, row) => Math.abs(probability - Number(predictions[row])));
    expect(Math.max(...differences), flavor).toBeLessThan(1e-5);
  }
}

/**
 * Expects the endpoint to predict the same for users by key as for the features that the feature endpoint
 * gives for these users.
 */
export async function expectEndpointByKey(users: readonly string[]): Promise<void> {
  const keys = users.map((user_id) => ({ user_id }));
  const byKey = await invoke<Predictions>('churn', keys);
  const { outputs } = await invoke<FeatureOutputs>('shopper', keys);
  expect(outputs.map(({ user_id }) => user_id)).toEqual(users);
  const byFeatures = await invoke<Predictions>(
    'churn',
    outputs.map(({ user_id: _key, ...features }) => features),
  );
  expect(byKey).toEqual(byFeatures);
}

async function invoke<Answer>(endpoint: string, records: readonly object[]): Promise<Answer> {
  const url = `${stackEnvironment().ASOF_SERVING_URL!}/serving-endpoints/${endpoint}/invocations`;
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ dataframe_records: records }),
  });
  expect(response.status).toBe(200);
  return (await response.json()) as Answer;
}

function plain(value: Value): Exclude<Value, bigint> {
  return typeof value === 'bigint' ? Number(value) : value;
}
