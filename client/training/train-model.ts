import { randomUUID } from 'node:crypto';
import type { TrainModelInput, TrainModelResult } from '../../schemas/workflows/train-model.ts';
import type { Temporal } from '../shared/temporal.ts';
import { workflowFailure } from '../shared/workflow-failure.ts';

/**
 * Runs `trainModel` to its end. The paths are read by the worker that takes it up.
 *
 * @throws AsofError `ASOF_TRAINING_FAILED` with the workflow's own reason.
 */
export async function trainModel(
  { client, taskQueue }: Temporal,
  input: TrainModelInput,
): Promise<TrainModelResult> {
  const workflowId = `train-${input.model}-${randomUUID().slice(0, 8)}`;
  const handle = await client.workflow.start('trainModel', {
    ...{ workflowId, taskQueue, args: [input] },
    staticSummary: `model ${input.model} on ${input.trainingSetId ?? input.spine}`.slice(0, 190),
  });
  try {
    return (await handle.result()) as TrainModelResult;
  } catch (error) {
    throw workflowFailure(error, 'ASOF_TRAINING_FAILED', workflowId);
  }
}
