import { randomUUID } from 'node:crypto';
import { trainingSetWorkflowId } from '../../domain/workflow-ids.ts';
import type { TrainingSetReceipt } from '../../schemas/workflows/build-training-set.ts';
import type { Connections } from '../shared/connections.ts';
import type { FollowOptions } from '../shared/follow-workflow.ts';
import type { PendingActivity } from '../shared/pending-activities.ts';
import { runAlone } from '../shared/run-alone.ts';
import { type BuildFileOptions, openFiles } from './open-files.ts';
import { withExampleKeys } from './spine/missing-keys.ts';
import { spineName } from './spine/spine-source.ts';

/** Options to build a training set. This program reads and writes the files; a worker on its host builds. */
export interface BuildTrainingSetOptions
  extends BuildFileOptions, FollowOptions<readonly PendingActivity[]> {}

export async function buildTrainingSet(
  connections: Connections,
  trainingSet: string,
  options: BuildTrainingSetOptions,
): Promise<TrainingSetReceipt> {
  const { files, spine, take } = await openFiles(connections, options);
  const start = {
    type: 'buildTrainingSet',
    workflowId: trainingSetWorkflowId(trainingSet, randomUUID().slice(0, 8)),
    input: { trainingSet, ...files },
    summary: `training set ${trainingSet} from ${spineName(options.spine)}`,
  } as const;
  const receipt = await runAlone(await connections.temporal(), start, options).catch(
    async (error: unknown) => {
      throw await withExampleKeys(connections, { path: spine, trainingSet }, error);
    },
  );
  return { ...receipt, path: await take(receipt.id) };
}
