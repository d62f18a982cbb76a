import { loadRegistry } from '../../../db/registry/registry.ts';
import type { Pool } from '../../../db/sql/client.ts';
import { parseInput } from '../../../schemas/workflows/inputs.ts';
import type { TrainModelInput, TrainingPlan } from '../../../schemas/workflows/train-model.ts';

/**
 * Checks the input of `trainModel` against its schema and the registry.
 *
 * @throws AsofError `ASOF_INPUT_INVALID`, `ASOF_DEFINITION_UNKNOWN`, `ASOF_TRAINING_SET_UNKNOWN`.
 */
export async function openTraining(pool: Pool, input: TrainModelInput): Promise<TrainingPlan> {
  const parsed = parseInput('trainModel', input);
  const registry = await loadRegistry(pool);
  const model = registry.model(parsed.model);
  const trainingSet = registry.trainingSet(model.trainingSet);
  const { trainingSetId, spine, out } = parsed;
  if (trainingSetId !== undefined) return { model, trainingSet, from: { trainingSetId } };
  return { model, trainingSet, from: { spine: spine!, out: out! } };
}
