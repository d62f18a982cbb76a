import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { uploadArtifact } from '../../../adapters/mlflow/artifacts.ts';
import { createMlflow } from '../../../adapters/mlflow/client.ts';
import { ensureExperiment } from '../../../adapters/mlflow/experiments.ts';
import { createLoggedModel, markReady } from '../../../adapters/mlflow/logged-models.ts';
import { createVersion, ensureRegisteredModel } from '../../../adapters/mlflow/registry.ts';
import { createRun } from '../../../adapters/mlflow/runs.ts';
import { register } from '../../../db/registry/registry.ts';
import { inTransaction } from '../../../db/sql/client.ts';
import { recordModel } from '../../../db/training/models.ts';
import { userActivityFeatures } from '../../../examples/churn/definitions/user-activity-features.ts';
import { lookup } from '../../../schemas/definitions/lookup.ts';
import { serve } from '../../../serving/server.ts';
import { stackEnvironment } from '../../../stack/index.ts';
import { onlineRedisUrl, syncAt, withOnlineProject, writeWindows } from '../../support/projects/online.ts';

const expected = JSON.parse(
  readFileSync(new URL('../../unit/serving/model/expected.json', import.meta.url), 'utf8'),
) as { predictions: number[] };

const features = ['event_count_1h', 'revenue_1h', 'last_platform'];
const specification = {
  trainingSet: 'test',
  keys: ['user_id'],
  lookups: [lookup(userActivityFeatures, { features })],
  inputs: features.map((name) => ({ name, type: name === 'last_platform' ? 'string' : 'double' })),
};

test('a server serves a registered model version over HTTP, with its own lookups as of now', async () => {
  await withOnlineProject(async (project) => {
    const { pool } = project;
    const model = `small_${randomUUID().slice(0, 8)}`;
    const { version, runId } = await logModel(model);
    await recordModel(pool, { name: model, version, runId, trainingSetId: 'test' });
    await inTransaction(pool, (client) =>
      register(client, { kind: 'endpoint', name: 'small', model, lookups: null }),
    );
    const ago = BigInt(Date.now()) * 1000n - 60_000_000n;
    await writeWindows(project, [{ user: 'u_0', end: ago, events: 3 }]);
    await syncAt(project, ago);

    const server = await serve(
      {
        databaseUrl: project.settings.databaseUrl,
        redisUrl: onlineRedisUrl(),
        mlflowUri: stackEnvironment().MLFLOW_TRACKING_URI!,
        host: '127.0.0.1',
        port: 0,
      },
      pino({ level: 'silent' }),
    );
    const invoke = async (records: object[]): Promise<unknown> => {
      const response = await fetch(`${server.url}/serving-endpoints/small/invocations`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ dataframe_records: records }),
      });
      return response.json();
    };
    try {
      const active = [
        expect.closeTo(expected.predictions[0]!, 5),
        expect.closeTo(expected.predictions[1]!, 5),
      ];
      const override = { user_id: 'u_0', event_count_1h: 15, revenue_1h: 80, last_platform: 'ios' };
      expect(await invoke([{ user_id: 'u_0' }, override])).toEqual({ predictions: active });
      expect(await invoke([{}])).toMatchObject({
        error_code: 'ASOF_REQUEST_INVALID',
        details: { fields: ['user_id'] },
      });
    } finally {
      await server.stop();
    }
    await expect(fetch(server.url)).rejects.toThrow();
  });
});

test('an error names a server that cannot be reached', async () => {
  await withOnlineProject(async ({ settings: { databaseUrl } }) => {
    const mlflowUri = stackEnvironment().MLFLOW_TRACKING_URI!;
    const settings = { databaseUrl, redisUrl: 'redis://127.0.0.1:1', mlflowUri, host: '127.0.0.1', port: 0 };
    await expect(serve(settings, pino({ level: 'silent' }))).rejects.toMatchObject({
      code: 'ASOF_REDIS_UNAVAILABLE',
      kind: 'unavailable',
      message: expect.stringContaining('the online store at 127.0.0.1:1') as string,
    });
  });
});

/** Logs the small model of the unit tests as the next version; resolves to the version and its run. */
async function logModel(name: string): Promise<{ version: number; runId: string }> {
  const mlflow = createMlflow(stackEnvironment().MLFLOW_TRACKING_URI!);
  const experimentId = await ensureExperiment(mlflow, 'asof-test');
  const runId = await createRun(mlflow, { experimentId, name, startedAt: Date.now(), tags: {} });
  const model = await createLoggedModel(mlflow, { experimentId, runId, name, params: {}, tags: {} });
  const onnx = readFileSync(new URL('../../unit/serving/model/model.onnx', import.meta.url));
  await uploadArtifact(mlflow, model.artifactUri, 'model.onnx', onnx);
  const json = Buffer.from(JSON.stringify(specification));
  await uploadArtifact(mlflow, model.artifactUri, 'feature_spec.json', json);
  await markReady(mlflow, model.modelId);
  await ensureRegisteredModel(mlflow, name);
  return createVersion(mlflow, { model: name, modelId: model.modelId, runId, tags: {} });
}
