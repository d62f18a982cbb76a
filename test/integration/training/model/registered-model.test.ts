import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { whoTags } from '../../../../activities/training/model/lineage-tags.ts';
import { call, createMlflow } from '../../../../adapters/mlflow/client.ts';
import { ensureRegisteredModel } from '../../../../adapters/mlflow/registry.ts';
import type { Described } from '../../../../domain/registry/described.ts';
import { stackEnvironment } from '../../../../stack/index.ts';

const mlflow = createMlflow({ uri: stackEnvironment().MLFLOW_TRACKING_URI! });

const answer = z.object({
  registered_model: z.object({
    description: z.string().optional(),
    tags: z.array(z.object({ key: z.string(), value: z.string() })).default([]),
  }),
});

test('a registered model says what its definition says now, and keeps what people wrote in MLflow', async () => {
  const name = `said_${randomUUID().replaceAll('-', '')}`;
  const shown = async () => {
    const input = { name: mlflow.namespace.mlflowName(name) };
    const { registered_model: model } = await call(
      mlflow,
      { method: 'get', path: 'registered-models/get', input },
      answer,
    );
    return [model.description, Object.fromEntries(model.tags.map(({ key, value }) => [key, value]))];
  };
  const say = async (said: Described) => {
    const { description } = said;
    await ensureRegisteredModel(mlflow, name, { description, tags: whoTags(said) });
  };

  await say({ description: 'Who leaves.', owner: 'growth' });
  expect(await shown()).toEqual(['Who leaves.', { 'asof.owner': 'growth' }]);
  const stage = { name: mlflow.namespace.mlflowName(name), key: 'stage', value: 'on trial' };
  await call(mlflow, { method: 'post', path: 'registered-models/set-tag', input: stage }, z.object({}));
  for (const [said, description, tags] of [
    [
      { description: 'Who is leaving.', owner: 'risk', tags: ['pii', 'eu'] },
      'Who is leaving.',
      { 'asof.owner': 'risk', 'asof.tags': 'pii, eu' },
    ],
    [{ tags: ['eu'] }, 'Who is leaving.', { 'asof.tags': 'eu' }],
    [{ tags: ['eu'] }, 'Who is leaving.', { 'asof.tags': 'eu' }],
    [{ owner: 'growth' }, 'Who is leaving.', { 'asof.owner': 'growth' }],
    [{}, 'Who is leaving.', {}],
  ] as const) {
    await say(said);
    expect(await shown()).toEqual([description, { stage: 'on trial', ...tags }]);
  }
});
