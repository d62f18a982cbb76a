import { randomUUID } from 'node:crypto';
import type {
  BuildTrainingSetInput,
  TrainingSetReceipt,
} from '../../schemas/workflows/build-training-set.ts';
import type { Temporal } from '../shared/temporal.ts';
import { workflowFailure } from '../shared/workflow-failure.ts';

/**
 * Runs `buildTrainingSet` to its end. The paths are read by the worker that takes it up.
 *
 * @throws AsofError `ASOF_TRAINING_SET_FAILED` with the workflow's own reason.
 */
export async function buildTrainingSet(
  { client, taskQueue }: Temporal,
  input: BuildTrainingSetInput,
): Promise<TrainingSetReceipt> {
  const workflowId = `training-set-${input.trainingSet}-${randomUUID().slice(0, 8)}`;
  const handle = await client.workflow.start('buildTrainingSet', {
    ...{ workflowId, taskQueue, args: [input] },
    staticSummary: `training set ${input.trainingSet} from ${input.spine}`.slice(0, 190),
  });
  try {
    return (await handle.result()) as TrainingSetReceipt;
  } catch (error) {
    throw workflowFailure(error, 'ASOF_TRAINING_SET_FAILED', workflowId);
  }
}
