import { readDefinition } from '../../../db/registry/definition-versions.ts';
import type { Pool } from '../../../db/sql/client.ts';
import type { ModelDefinition, TrainingSetDefinition } from '../../../domain/registry/definition.ts';
import { parseInput } from '../../../schemas/workflows/inputs.ts';
import type { TrainModelInput, TrainingPlan } from '../../../schemas/workflows/train-model.ts';

/**
 * Checks what `trainModel` was started with against its schema and the registry.
 *
 * @throws AsofError `ASOF_INPUT_INVALID`, `ASOF_DEFINITION_UNKNOWN`.
 */
export async function openTraining(pool: Pool, input: TrainModelInput): Promise<TrainingPlan> {
  const parsed = parseInput('trainModel', input);
  const model = await readDefinition<ModelDefinition>(pool, { kind: 'model', name: parsed.model });
  const trainingSet = await readDefinition<TrainingSetDefinition>(pool, {
    kind: 'training_set',
    name: model.trainingSet,
  });
  const { trainingSetId, spine, out } = parsed;
  if (trainingSetId !== undefined) return { model, trainingSet, from: { trainingSetId } };
  return { model, trainingSet, from: { spine: spine!, out: out! } };
}
