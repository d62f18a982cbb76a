import { z } from 'zod';
import { type MlflowClient, call } from './client.ts';
import { inParts } from './in-parts.ts';
import { LONGEST_PARAM, MOST_PARAMS } from './limits.ts';
import { keyValues } from './tags.ts';

const modelSchema = z.object({ info: z.object({ model_id: z.string(), artifact_uri: z.string() }) });

/** MLflow 3's entity between a run and a registered version. Its artifacts are the model. */
export interface LoggedModel {
  readonly modelId: string;
  readonly artifactUri: string;
}

/** The logged model of a run; undefined if there is none. */
export async function findLoggedModel(
  client: MlflowClient,
  experimentId: string,
  runId: string,
): Promise<LoggedModel | undefined> {
  const input = { experiment_ids: [experimentId], filter: `source_run_id = '${runId}'`, max_results: 1 };
  const answer = z.object({ models: z.array(modelSchema).default([]) });
  const [model] = (await call(client, { method: 'post', path: 'logged-models/search', input }, answer))
    .models;
  return model && loggedModel(model);
}

export async function createLoggedModel(
  client: MlflowClient,
  model: {
    readonly experimentId: string;
    readonly runId: string;
    readonly name: string;
    readonly tags: Readonly<Record<string, string>>;
  },
): Promise<LoggedModel> {
  const input = {
    experiment_id: model.experimentId,
    name: model.name,
    source_run_id: model.runId,
    tags: keyValues(model.tags),
  };
  const answer = z.object({ model: modelSchema });
  return loggedModel((await call(client, { method: 'post', path: 'logged-models', input }, answer)).model);
}

/** Logs the parameters that the model does not have yet. Safe to repeat. */
export async function logModelParams(
  client: MlflowClient,
  modelId: string,
  params: Readonly<Record<string, string | number>>,
): Promise<void> {
  const path = `logged-models/${modelId}`;
  const { model } = await call(client, { method: 'get', path, input: {} }, paramsSchema);
  const known = new Set(model.data.params.map(({ key }) => key));
  const missing = keyValues(params, LONGEST_PARAM).filter(({ key }) => !known.has(key));
  for (const part of inParts(missing, MOST_PARAMS))
    await call(
      client,
      { method: 'post', path: `${path}/params`, input: { model_id: modelId, params: part } },
      z.object({}),
    );
}

const paramsSchema = z.object({
  model: z.object({
    data: z.object({ params: z.array(z.object({ key: z.string() })).default([]) }).default({ params: [] }),
  }),
});

/** Marks the model as complete, after its artifacts are uploaded. */
export async function markReady(client: MlflowClient, modelId: string): Promise<void> {
  const input = { model_id: modelId, status: 'LOGGED_MODEL_READY' };
  await call(client, { method: 'patch', path: `logged-models/${modelId}`, input }, z.object({}));
}

function loggedModel({ info }: z.output<typeof modelSchema>): LoggedModel {
  return { modelId: info.model_id, artifactUri: info.artifact_uri };
}
