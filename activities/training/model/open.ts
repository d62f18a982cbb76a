import { loadRegistry } from '../../../db/registry/registry.ts';
import { findTrainingSet } from '../../../db/training/training-sets.ts';
import { hostTaskQueue } from '../../../domain/workflow-ids.ts';
import { parseInput } from '../../../schemas/workflows/inputs.ts';
import type { TrainModelInput, TrainingPlan } from '../../../schemas/workflows/train-model.ts';
import type { ModelDependencies } from '../model-dependencies.ts';

/**
 * Checks the input of `trainModel` against its schema and the registry, and chooses the host: the one that
 * the input names, or that has the built training set while a worker is there, or this worker's own. Another
 * host may have the file of a built set too; its content tells.
 *
 * @throws AsofError `ASOF_INPUT_INVALID`, `ASOF_DEFINITION_UNKNOWN`, `ASOF_TRAINING_SET_UNKNOWN`.
 */
export async function openTraining(
  { pool, host: own, taskQueue, pollers }: ModelDependencies,
  input: TrainModelInput,
): Promise<TrainingPlan> {
  const parsed = parseInput('trainModel', input);
  const registry = await loadRegistry(pool);
  const model = registry.model(parsed.model);
  const trainingSet = registry.trainingSet(model.trainingSet);
  const { model: _name, trainingSetId, spine, ...files } = parsed;
  if (trainingSetId === undefined) {
    const host = parsed.host ?? own;
    return { model, trainingSet, host, from: { ...files, spine: spine!, host } };
  }
  const built = parsed.host ?? (await findTrainingSet(pool, trainingSetId))?.host ?? own;
  const isThere = parsed.host !== undefined || (await pollers(hostTaskQueue(taskQueue, built))) > 0;
  return { model, trainingSet, host: isThere ? built : own, from: { trainingSetId } };
}
