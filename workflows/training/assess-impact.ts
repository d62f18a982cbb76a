import {
  ParentClosePolicy,
  executeChild,
  proxyActivities,
  startChild,
  workflowInfo,
} from '@temporalio/workflow';
import type { Activities } from '../../activities/index.ts';
import { hostTaskQueue, rebuildWorkflowId, retrainWorkflowId } from '../../domain/workflow-ids.ts';
import { workflowSummary } from '../../domain/workflow-summary.ts';
import type {
  AssessImpactInput,
  CorrectionOutcome,
  ImpactResult,
  ImpactTask,
  MeasuredImpact,
  OpenCorrection,
  RebuildPlan,
} from '../../schemas/workflows/assess-impact.ts';
import { giveUpAfter, longWork, question, untilDone } from '../shared/activity-options.ts';
import { ImpactProgress } from './impact-progress.ts';
import { UNCLAIMED, onHost } from './on-host.ts';

const { openImpact, openCorrections, takeCorrection, closeCorrection } = proxyActivities<Activities>({
  ...question,
  retry: untilDone,
});

/**
 * Finds what a correction touches: rows of feature tables, rows of training sets (looked up again, as before and after
 * it), and the models that were trained on them. Asked about late events, a write or the writes since one, it only
 * answers. Otherwise it holds each training set against what was written since the last time, and follows the set's
 * rule: `notify` shows it here, `rebuild` builds the set again from its spine, `retrain` also trains its models again on
 * that. Each correction counts once.
 *
 * @throws ApplicationFailure `ASOF_INPUT_INVALID`, `ASOF_TABLE_UNKNOWN`.
 */
export async function assessImpact(input?: AssessImpactInput): Promise<ImpactResult> {
  const progress = new ImpactProgress();
  const opened = await openImpact(input);
  progress.open(opened);
  for (const [index, { host, sets }] of opened.hosts.entries()) {
    const { question, listed } = opened;
    progress.advance(await measureOn(host, { question, listed, sets, lists: index === 0 }));
  }
  if (opened.question.kind === 'assessment') {
    for (const correction of await openCorrections()) {
      const outcome = await followRule(correction);
      if (outcome) progress.conclude(outcome);
    }
  }
  progress.end();
  return progress.status;
}

/** A host without a worker leaves its sets for the next time. */
async function measureOn(host: string, task: ImpactTask): Promise<MeasuredImpact> {
  const { measureImpact } = proxyActivities<Activities>({
    ...longWork,
    ...UNCLAIMED,
    taskQueue: hostTaskQueue(workflowInfo().taskQueue, host),
    retry: giveUpAfter(10),
  });
  const options = { summary: workflowSummary(`${task.sets.length} training sets on ${host}`) };
  try {
    return await onHost(host, () => measureImpact.executeWithOptions(options, [task]));
  } catch (error) {
    if (task.sets.length === 0 || !isHostMissing(error)) throw error;
    const why = `no worker runs on the host '${host}', which has its file`;
    return { merged: 0, changed: [], trainingSets: [], unread: task.sets.map((id) => ({ id, why })) };
  }
}

function isHostMissing(error: unknown): boolean {
  const { cause } = error as { readonly cause?: { readonly type?: unknown } };
  return cause?.type === 'ASOF_HOST_WORKER_MISSING';
}

async function followRule(correction: OpenCorrection): Promise<CorrectionOutcome | undefined> {
  const plan = await takeCorrection(correction);
  if (plan === null) return undefined;
  if ('rebuilt' in plan) {
    await closeCorrection(plan, true);
    return plan;
  }
  const outcome = await rebuild(correction, plan);
  await closeCorrection(outcome, outcome.rebuilt !== null);
  return outcome;
}

/** Builds the set again, and starts the trainings of its models on the new one. */
async function rebuild(
  { trainingSetId, through }: OpenCorrection,
  { models, name, ...build }: RebuildPlan,
): Promise<CorrectionOutcome> {
  const { workflowId } = workflowInfo();
  const outcome = { trainingSetId, through, trainings: [] };
  let rebuilt: string;
  try {
    ({ id: rebuilt } = await executeChild<(input: object) => Promise<{ id: string }>>('buildTrainingSet', {
      workflowId: rebuildWorkflowId(workflowId, trainingSetId, through),
      args: [{ trainingSet: name, ...build }],
      staticSummary: workflowSummary(`${name} from the spine of ${trainingSetId}, after a correction`),
    }));
  } catch (error) {
    return {
      ...outcome,
      rebuilt: null,
      note: `the build failed, and is tried again by the next assessment: ${reasonOf(error)}`,
    };
  }
  if (rebuilt === trainingSetId) return { ...outcome, rebuilt, note: 'the build has the same rows' };
  const trainings: string[] = [];
  for (const model of models) {
    const training = await startChild('trainModel', {
      workflowId: retrainWorkflowId(workflowId, model, rebuilt),
      args: [{ model, trainingSetId: rebuilt }],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      staticSummary: workflowSummary(`model ${model} on ${rebuilt}, after a correction`),
    });
    trainings.push(training.workflowId);
  }
  return { ...outcome, rebuilt, trainings, note: null };
}

function reasonOf(error: unknown): string {
  let last = error as { readonly message?: string; readonly cause?: unknown };
  while (last.cause !== undefined && last.cause !== null) last = last.cause;
  return last.message ?? 'for a reason that it does not say';
}
