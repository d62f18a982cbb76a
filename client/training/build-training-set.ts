import { randomUUID } from 'node:crypto';
import { trainingSetWorkflowId } from '../../domain/workflow-ids.ts';
import type { TrainingSetReceipt } from '../../schemas/workflows/build-training-set.ts';
import type { Connections } from '../shared/connections.ts';
import { type FollowOptions, followWorkflow } from '../shared/follow-workflow.ts';
import type { PendingActivity } from '../shared/pending-activities.ts';
import { startWorkflow } from '../shared/start-workflow.ts';
import { workerPath } from './worker-path.ts';

/**
 * Options to build a training set. The worker reads and writes the files, so it must see them at the same
 * paths.
 */
export interface BuildTrainingSetOptions extends FollowOptions<readonly PendingActivity[]> {
  /** A CSV file in UTF-8 with a heading: the keys, observation timestamps, labels and splits. */
  readonly spine: string;
  /** The Parquet file to write. An existing file is replaced at the end. */
  readonly out: string;
}

export async function buildTrainingSet(
  connections: Connections,
  trainingSet: string,
  { spine, out, ...options }: BuildTrainingSetOptions,
): Promise<TrainingSetReceipt> {
  const workflow = await startWorkflow(await connections.temporal(), {
    type: 'buildTrainingSet',
    workflowId: trainingSetWorkflowId(trainingSet, randomUUID().slice(0, 8)),
    input: { trainingSet, spine: workerPath(spine), out: workerPath(out) },
    summary: `training set ${trainingSet} from ${spine}`,
    whileRunning: 'fail',
  });
  return followWorkflow(workflow, options);
}
