import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { activityInfo, cancellationSignal } from '@temporalio/activity';
import { loadRegistry } from '../../../db/registry/registry.ts';
import { openCorrections, recordOutcome, takeCorrections } from '../../../db/training/impact/corrections.ts';
import { isLatestOfSpine, latestModelsOf } from '../../../db/training/impact/sets.ts';
import { findTrainingSet } from '../../../db/training/training-sets.ts';
import type {
  AssessImpactInput,
  CorrectionOutcome,
  ImpactTask,
  MeasuredImpact,
  OpenCorrection,
  OpenedImpact,
  RebuildPlan,
} from '../../../schemas/workflows/assess-impact.ts';
import { reportProgress } from '../../shared/progress.ts';
import { keptSpineOf } from '../kept-spine-of.ts';
import type { TrainingSetDependencies } from '../training-set-activities.ts';
import { measureImpact } from './measure.ts';
import { openImpact } from './open.ts';

export function createImpactActivities({ pool, host, roots }: TrainingSetDependencies) {
  return {
    /** See {@link openImpact}. */
    openImpact(input: AssessImpactInput | undefined): Promise<OpenedImpact> {
      return openImpact(pool, host, input);
    },

    /** Holds the training sets of this host against a correction; see {@link measureImpact}. */
    async measureImpact(task: ImpactTask): Promise<MeasuredImpact> {
      const folder = await mkdtemp(join(tmpdir(), 'asof-impact-'));
      const report = (step: string): void => reportProgress({ step });
      try {
        const run = activityInfo().workflowExecution!.runId;
        const signal = cancellationSignal();
        return await measureImpact(task, { pool, scratch: folder, kept: roots.kept, run, report, signal });
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },

    /** The corrections whose rule has not been followed. */
    openCorrections(): Promise<OpenCorrection[]> {
      return openCorrections(pool);
    },

    /** Takes a correction, so that its rule is followed once; see {@link planRebuild}. */
    takeCorrection(correction: OpenCorrection): Promise<RebuildPlan | CorrectionOutcome | null> {
      return planRebuild({ pool, host, roots }, correction);
    },

    /** Records what became of a correction. One that failed is open again. */
    async closeCorrection(outcome: CorrectionOutcome, isDone: boolean): Promise<void> {
      const { rebuilt, trainings, note } = outcome;
      await recordOutcome(pool, outcome, { rebuilt, trainings, note }, isDone);
    },
  };
}

/**
 * What following the rule of a correction takes.
 *
 * @returns null if the correction is taken by another run; an outcome if nothing is left to do.
 */
async function planRebuild(
  { pool, host, roots }: TrainingSetDependencies,
  correction: OpenCorrection,
): Promise<RebuildPlan | CorrectionOutcome | null> {
  const taken = await takeCorrections(pool, correction.trainingSetId, correction.through);
  if (!taken) return null;
  const over = (note: string): CorrectionOutcome => ({ ...correction, rebuilt: null, trainings: [], note });
  const set = await findTrainingSet(pool, correction.trainingSetId);
  const registry = await loadRegistry(pool);
  if (!set || !registry.find('training_set', set.name))
    return over('the training set is not registered any more');
  if (!(await isLatestOfSpine(pool, set)))
    return over('a later build from the same spine has taken its place');
  return {
    name: set.name,
    host: set.host ?? host,
    spine: keptSpineOf(roots.kept, set),
    as: set.manifest.way,
    allowMissing: set.manifest.lookups.some(({ found }) => found === 0),
    models: taken.rule === 'retrain' ? await latestModelsOf(pool, set.id) : [],
  };
}
