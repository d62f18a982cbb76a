import { z } from 'zod';
import { type MlflowClient, call } from '../../../adapters/mlflow/client.ts';
import { ensureExperiment } from '../../../adapters/mlflow/experiments.ts';

/** The runs, logged models and registered versions that MLflow has of a model. */
export async function madeIn(mlflow: MlflowClient, name: string) {
  const search = { experiment_ids: [await ensureExperiment(mlflow, name)] };
  const runs = z.object({
    runs: z.array(z.object({ info: z.object({ run_id: z.string() }) })).default([]),
  });
  const models = z.object({ models: z.array(z.object({})).default([]) });
  const versions = z.object({
    model_versions: z.array(z.object({ version: z.string() })).default([]),
  });
  const filter = `name = '${name}'`;
  return {
    runs: (await call(mlflow, { method: 'post', path: 'runs/search', input: search }, runs)).runs.map(
      ({ info }) => info.run_id,
    ),
    models: (await call(mlflow, { method: 'post', path: 'logged-models/search', input: search }, models))
      .models.length,
    versions: (
      await call(mlflow, { method: 'get', path: 'model-versions/search', input: { filter } }, versions)
    ).model_versions.map(({ version }) => version),
  };
}
