import { randomUUID } from 'node:crypto';
import { trainWorkflowId } from '../../domain/workflow-ids.ts';
import type { TrainModelResult } from '../../schemas/workflows/train-model.ts';
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
  const on =
    'trainingSetId' in options
      ? { trainingSetId: options.trainingSetId }
      : await openFiles(connections, options);
  const start = {
    type: 'trainModel',
    workflowId: trainWorkflowId(model, randomUUID().slice(0, 8)),
    input: { model, ...on },
    summary: `model ${model} on ${'trainingSetId' in on ? on.trainingSetId : on.spine}`,
  } as const;
  return runAlone(await connections.temporal(), start, options);
}
