import { randomUUID } from 'node:crypto';
import { childTrainingSetWorkflowId, trainWorkflowId } from '../../domain/workflow-ids.ts';
import type { TrainingSetReceipt } from '../../schemas/workflows/build-training-set.ts';
import type { TrainModelInput, TrainModelResult } from '../../schemas/workflows/train-model.ts';
import type { Connections } from '../shared/connections.ts';
import type { FollowOptions } from '../shared/follow-workflow.ts';
import type { PendingActivity } from '../shared/pending-activities.ts';
import { runAlone } from '../shared/run-alone.ts';
import type { BuildTrainingSetOptions } from './build-training-set.ts';
import { openFiles } from './open-files.ts';
import { withExampleKeys } from './spine/missing-keys.ts';
import { spineName } from './spine/spine-source.ts';

/** Options to train on a training set that was built before. */
export interface TrainOnBuiltSetOptions extends FollowOptions<readonly PendingActivity[]> {
  /** The `id` of a built training set, such as `ts_0f3a…`. */
  readonly trainingSetId: string;
}

/** Trains a model. A set that was built for it is put in its place, even if the training fails. */
export async function trainModel(
  connections: Connections,
  model: string,
  options: BuildTrainingSetOptions | TrainOnBuiltSetOptions,
): Promise<TrainModelResult> {
  const workflowId = trainWorkflowId(model, randomUUID().slice(0, 8));
  const train = async (input: TrainModelInput, on: string): Promise<TrainModelResult> => {
    const start = { type: 'trainModel', workflowId, input, summary: `model ${model} on ${on}` } as const;
    return runAlone(await connections.temporal(), start, options);
  };
  if ('trainingSetId' in options) {
    const { trainingSetId } = options;
    return train({ model, trainingSetId }, trainingSetId);
  }
  const { files, spine, take } = await openFiles(connections, options);
  const result = await train({ model, ...files }, spineName(options.spine)).catch(async (error: unknown) => {
    const built = await builtFor(connections, workflowId).catch(() => undefined);
    // Why the training failed matters more than why its set is not there.
    if (built !== undefined) await take(built).catch(() => {});
    throw await withExampleKeys(connections, { path: spine, model }, error);
  });
  await take(result.trainingSet.id);
  return result;
}

/** The id of the training set that a training has built. Undefined if it is not built. */
async function builtFor(connections: Connections, workflowId: string): Promise<string | undefined> {
  const { client } = await connections.temporal();
  const build = client.workflow.getHandle(childTrainingSetWorkflowId(workflowId));
  const { status } = await build.describe();
  return status.name === 'COMPLETED' ? ((await build.result()) as TrainingSetReceipt).id : undefined;
}
