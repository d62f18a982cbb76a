import { z } from 'zod';
import { type MlflowClient, call } from './client.ts';
import { inParts } from './in-parts.ts';
import { LONGEST_PARAM, LONGEST_TAG, MOST_METRICS, MOST_PARAMS } from './limits.ts';
import { keyValues, tagIs } from './tags.ts';

const infoSchema = z.object({ run_id: z.string(), status: z.string(), artifact_uri: z.string() });
const runSchema = z.object({
  info: infoSchema,
  outputs: z
    .object({ model_outputs: z.array(z.object({ model_id: z.string() })).default([]) })
    .default({ model_outputs: [] }),
});
const nothing = z.object({});

/** A run to create. Its tags identify it in a later search. */
export interface NewRun {
  readonly experimentId: string;
  readonly name: string;
  /** In ms since 1970. */
  readonly startedAt: number;
  readonly tags: Readonly<Record<string, string>>;
}

/** The id of the run whose tag `tag` has this value; undefined if there is none. */
export async function findRun(
  client: MlflowClient,
  experimentId: string,
  tag: string,
  value: string,
): Promise<string | undefined> {
  const input = { experiment_ids: [experimentId], filter: tagIs(tag, value), max_results: 1 };
  const answer = z.object({ runs: z.array(z.object({ info: infoSchema })).default([]) });
  return (await call(client, { method: 'post', path: 'runs/search', input }, answer)).runs[0]?.info.run_id;
}

/** Creates a run and returns its id. */
export async function createRun(client: MlflowClient, run: NewRun): Promise<string> {
  const { experimentId, name, startedAt, tags } = run;
  const answer = z.object({ run: z.object({ info: infoSchema }) });
  const input = {
    experiment_id: experimentId,
    run_name: name,
    start_time: startedAt,
    tags: keyValues(tags, LONGEST_TAG),
  };
  return (await call(client, { method: 'post', path: 'runs/create', input }, answer)).run.info.run_id;
}

/** A measured number of a logged model. */
export interface Metric {
  readonly key: string;
  readonly value: number;
  /** In ms since 1970. MLflow stores the same metric at the same time once, however often it is logged. */
  readonly timestamp: number;
  readonly modelId: string;
}

/** What is logged of a run. */
export interface RunBatch {
  readonly params: Readonly<Record<string, string | number>>;
  readonly metrics: readonly Metric[];
  readonly tags: Readonly<Record<string, string>>;
}

/** Logs parameters, metrics and tags, in as many calls as MLflow's limits ask for. Safe to repeat. */
export async function logBatch(client: MlflowClient, runId: string, batch: RunBatch): Promise<void> {
  const metrics = batch.metrics.map(({ modelId, ...metric }) => ({ ...metric, step: 0, model_id: modelId }));
  const params = inParts(keyValues(batch.params, LONGEST_PARAM), MOST_PARAMS);
  const tags = inParts(keyValues(batch.tags, LONGEST_TAG), MOST_PARAMS);
  const parts = [
    ...params.map((part) => ({ params: part })),
    ...inParts(metrics, MOST_METRICS).map((part) => ({ metrics: part })),
    ...tags.map((part) => ({ tags: part })),
  ];
  for (const part of parts)
    await call(
      client,
      { method: 'post', path: 'runs/log-batch', input: { run_id: runId, ...part } },
      nothing,
    );
}

/** The URI of a run's own artifacts, which are not those of its model. */
export async function artifactsOfRun(client: MlflowClient, runId: string): Promise<string> {
  const answer = z.object({ run: runSchema });
  const { run } = await call(client, { method: 'get', path: 'runs/get', input: { run_id: runId } }, answer);
  return run.info.artifact_uri;
}

/** Logs the model as an output of the run, unless it is one already. */
export async function logOutput(client: MlflowClient, runId: string, modelId: string): Promise<void> {
  const answer = z.object({ run: runSchema });
  const { run } = await call(client, { method: 'get', path: 'runs/get', input: { run_id: runId } }, answer);
  if (run.outputs.model_outputs.some(({ model_id }) => model_id === modelId)) return;
  const models = [{ model_id: modelId, step: 0 }];
  await call(client, { method: 'post', path: 'runs/outputs', input: { run_id: runId, models } }, nothing);
}

/** Ends the run at `endedAt`, in ms since 1970. */
export async function finishRun(client: MlflowClient, runId: string, endedAt: number): Promise<void> {
  const input = { run_id: runId, status: 'FINISHED', end_time: endedAt };
  await call(client, { method: 'post', path: 'runs/update', input }, nothing);
}
