import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { checkMlflow } from '../../../../adapters/mlflow/check.ts';
import { call, createMlflow } from '../../../../adapters/mlflow/client.ts';
import { ensureExperiment } from '../../../../adapters/mlflow/experiments.ts';
import { createLoggedModel, logModelParams } from '../../../../adapters/mlflow/logged-models.ts';
import { createRun, logBatch } from '../../../../adapters/mlflow/runs.ts';
import { stackEnvironment } from '../../../../stack/index.ts';
import { madeIn } from '../../../support/expectations/made-in-mlflow.ts';
import { type DoorAnswer, openMlflowDoor } from '../../../support/servers/mlflow-door.ts';

const uri = stackEnvironment().MLFLOW_TRACKING_URI!;
const mlflow = createMlflow({ uri });
const newModel = () => `checked_${randomUUID().replaceAll('-', '')}`;

test('what MLflow will not take is said before anything is trained', async () => {
  const login = 'Basic YXNvZjpodXNo';
  const door = await openMlflowDoor(uri, [login]);
  const behind = createMlflow({ uri: door.uri, authorization: login });
  const model = newModel();
  const forbidden = { status: 403, body: '{"error_code":"PERMISSION_DENIED","message":"Permission denied"}' };
  const elsewhere = JSON.stringify({
    experiment: { experiment_id: '7', lifecycle_stage: 'active', artifact_location: 's3://models/7' },
  });
  const cases: [method: string, path: string, answer: DoorAnswer, code: string, message: RegExp][] = [
    [
      'GET',
      '/version',
      { status: 200, body: '2.22.1' },
      'ASOF_MLFLOW_VERSION_UNSUPPORTED',
      /is MLflow 2\.22\.1; expected MLflow 3\.0 or later/,
    ],
    [
      'GET',
      '/version',
      { status: 404, body: 'no' },
      'ASOF_MLFLOW_VERSION_UNSUPPORTED',
      /does not answer \/version as MLflow does/,
    ],
    [
      'POST',
      'experiments/create',
      forbidden,
      'ASOF_MLFLOW_FORBIDDEN',
      /may not create the experiment 'checked_\w+' and runs in it, so nothing is trained: .*MLFLOW_TRACKING_USERNAME/,
    ],
    ['POST', 'experiments/set-experiment-tag', forbidden, 'ASOF_MLFLOW_FORBIDDEN', /runs in it/],
    [
      'GET',
      'experiments/get?',
      { status: 200, body: elsewhere },
      'ASOF_MLFLOW_ARTIFACTS_UNSUPPORTED',
      /s3:\/\/models\/7/,
    ],
    ['PUT', 'mlflow-artifacts', forbidden, 'ASOF_MLFLOW_FORBIDDEN', /may not write and read artifacts/],
    [
      'GET',
      'mlflow-artifacts',
      { status: 200, body: 'other' },
      'ASOF_MLFLOW_ARTIFACTS_UNSUPPORTED',
      /gives back other bytes/,
    ],
    ['POST', 'registered-models/create', forbidden, 'ASOF_MLFLOW_FORBIDDEN', /change the registered model/],
    ['PATCH', 'registered-models/update', forbidden, 'ASOF_MLFLOW_FORBIDDEN', /change the registered model/],
    ['POST', 'experiments/create', { status: 503, body: 'busy' }, 'ASOF_MLFLOW_UNAVAILABLE', /MLflow/],
  ];
  for (const [method, path, answer, code, message] of cases) {
    const name = path === 'experiments/create' ? newModel() : model;
    door.says = (request) => (request.method === method && request.url?.includes(path) ? answer : undefined);
    const problem = await checkMlflow(behind, name, { tags: {} }).catch((error: unknown) => error);
    expect(problem, path).toMatchObject({ code, message: expect.stringMatching(message) as string });
  }
  delete door.says;
  await checkMlflow(behind, model, { description: 'Who leaves.', tags: {} });
  await checkMlflow(behind, model, { description: 'Who leaves.', tags: {} });
  expect(await madeIn(mlflow, model)).toEqual({ runs: [], models: 0, versions: [] });
  await door.close();
});

const loggedSchema = z.object({
  run: z.object({
    data: z.record(
      z.enum(['params', 'metrics', 'tags']),
      z.array(z.object({ key: z.string(), value: z.unknown() })),
    ),
  }),
});

test('a run takes more parameters, metrics and tags than one request may have, and long ones shortened', async () => {
  const name = newModel();
  const experimentId = await ensureExperiment(mlflow, name);
  const runId = await createRun(mlflow, { experimentId, name, startedAt: Date.now(), tags: {} });
  const { modelId } = await createLoggedModel(mlflow, { experimentId, runId, name, tags: {} });
  const many = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, at) => [`k${at}`, at]));
  const params = { ...many(250), long: 'x'.repeat(10_000) };
  const tags = { ...many(150), long: 'y'.repeat(10_000) } as Record<string, string>;
  const metrics = Array.from({ length: 250 }, (_, at) => ({
    key: `m${at}`,
    value: at,
    timestamp: 1,
    modelId,
  }));
  for (let time = 0; time < 2; time += 1) {
    await logBatch(mlflow, runId, { params, metrics, tags });
    await logModelParams(mlflow, modelId, params);
  }
  const { run } = await call(
    mlflow,
    { method: 'get', path: 'runs/get', input: { run_id: runId } },
    loggedSchema,
  );
  expect(run.data.params).toHaveLength(251);
  expect(run.data.metrics).toHaveLength(250);
  expect(run.data.tags.filter(({ key }) => key.startsWith('k'))).toHaveLength(150);
  expect(run.data.params).toContainEqual({
    key: 'long',
    value: expect.stringMatching(/^x+… \(\d+ characters more\)$/) as string,
  });
  const answer = z.object({
    model: z.object({ data: z.object({ params: z.array(z.object({ key: z.string() })) }) }),
  });
  const { model } = await call(
    mlflow,
    { method: 'get', path: `logged-models/${modelId}`, input: {} },
    answer,
  );
  expect(model.data.params).toHaveLength(251);
});
