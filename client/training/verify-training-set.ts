import { randomUUID } from 'node:crypto';
import { dataRoots } from '../../config/data-roots.ts';
import { verificationWorkflowId } from '../../domain/workflow-ids.ts';
import type { VerifyTrainingSetResult } from '../../schemas/workflows/verify-training-set.ts';
import type { Connections } from '../shared/connections.ts';
import type { FollowOptions } from '../shared/follow-workflow.ts';
import type { PendingActivity } from '../shared/pending-activities.ts';
import { runAlone } from '../shared/run-alone.ts';
import { keepGivenSpine } from './spine/keep-given-spine.ts';
import type { SpineSource } from './spine/spine-source.ts';

/** Options to build a training set again. A worker on this program's host does it. */
export interface VerifyTrainingSetOptions extends FollowOptions<readonly PendingActivity[]> {
  /** The spine that it was built from. Omitted: the copy that Asof keeps on this host. */
  readonly spine?: SpineSource | undefined;
}

export async function verifyTrainingSet(
  connections: Connections,
  id: string,
  { spine: given, ...options }: VerifyTrainingSetOptions,
): Promise<VerifyTrainingSetResult> {
  const { signal } = options;
  const { kept } = dataRoots();
  const spine = given === undefined ? undefined : await keepGivenSpine(connections, given, { kept, signal });
  const start = {
    type: 'verifyTrainingSet',
    workflowId: verificationWorkflowId(id, randomUUID().slice(0, 8)),
    input: { id, spine, host: connections.host },
    summary: `training set ${id}, built again`,
  } as const;
  return runAlone(await connections.temporal(), start, options);
}
