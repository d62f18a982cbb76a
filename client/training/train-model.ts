import { randomUUID } from 'node:crypto';
import { trainWorkflowId } from '../../domain/workflow-ids.ts';
import type { TrainModelInput, TrainModelResult } from '../../schemas/workflows/train-model.ts';
import type { Connections } from '../shared/connections.ts';
import type { FollowOptions } from '../shared/follow-workflow.ts';
import type { PendingActivity } from '../shared/pending-activities.ts';
import { runAlone } from '../shared/run-alone.ts';
import type { BuildTrainingSetOptions } from './build-training-set.ts';
import { openFiles } from './open-files.ts';

/** Options to train on a training set that was built before. */
export interface TrainOnBuiltSetOptions extends FollowOptions<readonly PendingActivity[]> {
  /** The `id` of a built training set, such as `ts_0f3a…`. */
  readonly trainingSetId: string;
}

export async function trainModel(
  connections: Connections,
  model: string,
  options: BuildTrainingSetOptions | TrainOnBuiltSetOptions,
): Promise<TrainModelResult> {
  if ('trainingSetId' in options) {
    const { trainingSetId } = options;
    return train(connections, { model, trainingSetId }, trainingSetId, options);
  }
  const { files, take } = await openFiles(connections, options);
  const result = await train(connections, { model, ...files }, options.spine, options);
  await take(result.trainingSet.id);
  return result;
}

async function train(
  connections: Connections,
  input: TrainModelInput,
  on: string,
  options: FollowOptions<readonly PendingActivity[]>,
): Promise<TrainModelResult> {
  const { model } = input;
  const start = {
    type: 'trainModel',
    workflowId: trainWorkflowId(model, randomUUID().slice(0, 8)),
    input,
    summary: `model ${model} on ${on}`,
  } as const;
  return runAlone(await connections.temporal(), start, options);
}
