import { z } from 'zod';
import { type MlflowClient, call, isRefusal } from './client.ts';

const foundSchema = z.object({
  experiment: z.object({
    experiment_id: z.string(),
    lifecycle_stage: z.string(),
    artifact_location: z.string(),
  }),
});
const createdSchema = z.object({ experiment_id: z.string() });

/**
 * The id of the experiment of a model. Creates it if it does not exist, and restores it if it is deleted.
 */
export async function ensureExperiment(client: MlflowClient, model: string): Promise<string> {
  const name = client.namespace.mlflowName(model);
  const existing = await findExperiment(client, name);
  if (existing) {
    const { experiment_id, lifecycle_stage } = existing;
    if (lifecycle_stage === 'deleted')
      await call(
        client,
        { method: 'post', path: 'experiments/restore', input: { experiment_id } },
        z.object({}),
      );
    return experiment_id;
  }
  try {
    return (
      await call(client, { method: 'post', path: 'experiments/create', input: { name } }, createdSchema)
    ).experiment_id;
  } catch (error) {
    if (!isRefusal(error, 'RESOURCE_ALREADY_EXISTS')) throw error;
    return ensureExperiment(client, model);
  }
}

/** The URI below which the runs and logged models of an experiment have their artifacts. */
export async function artifactsOfExperiment(client: MlflowClient, experimentId: string): Promise<string> {
  const input = { experiment_id: experimentId };
  const { experiment } = await call(client, { method: 'get', path: 'experiments/get', input }, foundSchema);
  return experiment.artifact_location;
}

/** Sets a tag of an experiment. */
export async function tagExperiment(
  client: MlflowClient,
  experimentId: string,
  key: string,
  value: string,
): Promise<void> {
  const input = { experiment_id: experimentId, key, value };
  await call(client, { method: 'post', path: 'experiments/set-experiment-tag', input }, z.object({}));
}

async function findExperiment(client: MlflowClient, name: string) {
  try {
    const input = { experiment_name: name };
    return (await call(client, { method: 'get', path: 'experiments/get-by-name', input }, foundSchema))
      .experiment;
  } catch (error) {
    if (isRefusal(error, 'RESOURCE_DOES_NOT_EXIST')) return undefined;
    throw error;
  }
}
