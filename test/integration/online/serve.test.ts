import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { downloadArtifact, uploadArtifact } from '../../../adapters/mlflow/artifacts.ts';
import { createMlflow } from '../../../adapters/mlflow/client.ts';
import { ensureExperiment } from '../../../adapters/mlflow/experiments.ts';
import { createLoggedModel, markReady } from '../../../adapters/mlflow/logged-models.ts';
import { createVersion, ensureRegisteredModel } from '../../../adapters/mlflow/registry.ts';
import { createRun } from '../../../adapters/mlflow/runs.ts';
import { register } from '../../../db/registry/registry.ts';
import { type Pool, inTransaction } from '../../../db/sql/client.ts';
import { recordModel } from '../../../db/training/models.ts';
import { userActivityFeatures } from '../../../examples/churn/definitions/user-activity-features.ts';
import { lookup } from '../../../schemas/definitions/lookup.ts';
import { type ServingServer, serve } from '../../../serving/server.ts';
import { stackEnvironment } from '../../../stack/index.ts';
import { eventually } from '../../support/expectations/eventually.ts';
import { openTcpProxy } from '../../support/faults/tcp-proxy.ts';
import { onlineRedisUrl, syncAt, withOnlineProject, writeWindows } from '../../support/projects/online.ts';
import type { Project } from '../../support/projects/project.ts';

const mlflow = createMlflow({ uri: stackEnvironment().MLFLOW_TRACKING_URI! });

const expected = JSON.parse(
  readFileSync(new URL('../../unit/serving/model/expected.json', import.meta.url), 'utf8'),
) as { predictions: number[] };

const features = ['event_count_1h', 'revenue_1h', 'last_platform'] as const;
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
    await registerModel(pool, model);
    await inTransaction(pool, (client) =>
      register(client, { kind: 'endpoint', name: 'small', model, lookups: null }),
    );
    const ago = BigInt(Date.now()) * 1000n - 60_000_000n;
    await writeWindows(project, [{ user: 'u_0', end: ago, events: 3 }]);
    await syncAt(project, ago);

    const server = await serveOnline(project);
    const invoke = (records: object[]) => invokeSmall(server, records);
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

test.each(['model.onnx', 'feature_spec.json'])(
  'a model whose %s was changed in MLflow after its training is refused, and not served',
  async (path) => {
    await withOnlineProject(async (project) => {
      const model = `changed_${randomUUID().slice(0, 8)}`;
      const { artifactUri } = await registerModel(project.pool, model);
      const logged = await downloadArtifact(mlflow, artifactUri, path);
      await uploadArtifact(mlflow, artifactUri, path, Buffer.concat([logged, Buffer.from(' ')]));
      await inTransaction(project.pool, (client) =>
        register(client, { kind: 'endpoint', name: 'small', model, lookups: null }),
      );
      const server = await serveOnline(project);
      try {
        expect(await invokeSmall(server, [{ user_id: 'u_0' }])).toMatchObject({
          error_code: 'ASOF_MODEL_CHANGED',
          message: expect.stringContaining(`${path} of model version ${model}/1`) as string,
        });
      } finally {
        await server.stop();
      }
    });
  },
);

test('an error names a server that cannot be reached', async () => {
  await withOnlineProject(async ({ settings: { databaseUrl } }) => {
    const mlflow = { uri: stackEnvironment().MLFLOW_TRACKING_URI! };
    const settings = { databaseUrl, redisUrl: 'redis://127.0.0.1:1', mlflow, host: '127.0.0.1', port: 0 };
    await expect(serve(settings, pino({ level: 'silent' }))).rejects.toMatchObject({
      code: 'ASOF_REDIS_UNAVAILABLE',
      kind: 'unavailable',
      message: expect.stringContaining('the online store at 127.0.0.1:1') as string,
    });
  });
});

test('a server that fails behind the service is told by its code, and nothing of it', async () => {
  await withOnlineProject(async (project) => {
    const { pool } = project;
    const features = {
      kind: 'endpoint',
      name: 'small',
      model: null,
      lookups: specification.lookups,
    } as const;
    await inTransaction(pool, (client) => register(client, features));
    const ago = BigInt(Date.now()) * 1000n - 60_000_000n;
    await writeWindows(project, [{ user: 'u_0', end: ago, events: 3 }]);
    await syncAt(project, ago);
    const redis = await openTcpProxy(onlineRedisUrl());
    const server = await serveOnline(project, { redisUrl: redis.url });
    const invoke = (name = 'small') =>
      invokeEndpoint(server, name, JSON.stringify({ inputs: [{ user_id: 'u_0' }] }));
    try {
      expect((await invoke()).status).toBe(200);
      redis.leadTo('redis://127.0.0.1:1');
      redis.breakAll('cut');
      const refused = await invoke();
      expect(refused).toMatchObject({
        status: 503,
        body: { error_code: 'ASOF_REDIS_UNAVAILABLE', details: {} },
      });
      expect(JSON.stringify(refused)).not.toMatch(/127\.0\.0\.1|ECONN|REDIS_URL/);
      await pool.query('ALTER TABLE asof.source_revisions RENAME TO elsewhere');
      const unknown = await eventually('the registry to be read again', async () => {
        const answer = await invoke('unknown');
        return answer.status === 404 ? undefined : answer;
      });
      expect(unknown).toMatchObject({
        status: 503,
        body: { error_code: 'ASOF_DATABASE_FAILED', details: {} },
      });
      expect(JSON.stringify(unknown)).not.toMatch(/source_revisions|42P01/);
      await pool.query('ALTER TABLE asof.elsewhere RENAME TO source_revisions');
    } finally {
      await server.stop();
      await redis.close();
    }
  });
});

test('a server ends although a client drips its request', async () => {
  await withOnlineProject(async (project) => {
    const server = await serveOnline(project);
    const dripping = connect({ host: '127.0.0.1', port: Number(new URL(server.url).port) });
    dripping.on('error', () => {});
    const closed = new Promise((resolve) => dripping.on('close', resolve));
    await new Promise((resolve) => dripping.write('POST / HTTP/1.1\r\nHost: a\r\nX-Drip: ', resolve));
    const drip = setInterval(() => dripping.write('a'), 50);
    const began = performance.now();
    await server.stop();
    expect(performance.now() - began).toBeLessThan(60_000);
    await closed;
    clearInterval(drip);
  });
});

function serveOnline(
  { settings: { databaseUrl } }: Project,
  { redisUrl = onlineRedisUrl() } = {},
): Promise<ServingServer> {
  const mlflow = { uri: stackEnvironment().MLFLOW_TRACKING_URI! };
  const settings = { databaseUrl, redisUrl, mlflow, host: '127.0.0.1', port: 0 };
  return serve(settings, pino({ level: 'silent' }));
}

async function invokeSmall(server: ServingServer, records: object[]): Promise<unknown> {
  return (await invokeEndpoint(server, 'small', JSON.stringify({ dataframe_records: records }))).body;
}

async function invokeEndpoint({ url }: ServingServer, name: string, body: string) {
  const response = await fetch(`${url}/serving-endpoints/${name}/invocations`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  return { status: response.status, body: await response.json() };
}

/** Logs the small model of the unit tests and registers it as the next version, as a training does. */
async function registerModel(pool: Pool, name: string): Promise<{ artifactUri: string }> {
  const experimentId = await ensureExperiment(mlflow, 'asof-test');
  const runId = await createRun(mlflow, { experimentId, name, startedAt: Date.now(), tags: {} });
  const logged = await createLoggedModel(mlflow, { experimentId, runId, name, tags: {} });
  const { modelId, artifactUri } = logged;
  const files = {
    'model.onnx': readFileSync(new URL('../../unit/serving/model/model.onnx', import.meta.url)),
    'feature_spec.json': Buffer.from(JSON.stringify(specification)),
  };
  for (const [path, content] of Object.entries(files))
    await uploadArtifact(mlflow, artifactUri, path, content);
  await markReady(mlflow, modelId);
  await ensureRegisteredModel(mlflow, name);
  const { version } = await createVersion(mlflow, { model: name, modelId, runId, tags: {} });
  const hashes = Object.entries(files).map(([path, content]) => [
    path,
    createHash('sha256').update(content).digest('hex'),
  ]);
  const registered = { name, version, runId, trainingSetId: 'test' };
  await recordModel(pool, registered, Object.fromEntries(hashes) as Record<string, string>);
  return { artifactUri };
}
