import { dirname, resolve } from 'node:path';
import { activityInfo, cancellationSignal } from '@temporalio/activity';
import type { Pool } from '../../db/sql/client.ts';
import type {
  BuildTrainingSetInput,
  TrainingSetReceipt,
} from '../../schemas/workflows/build-training-set.ts';
import { parseInput } from '../../schemas/workflows/inputs.ts';
import { reportProgress } from '../shared/progress.ts';
import { buildTrainingSet } from './training-set/build.ts';
import { withScratch } from './training-set/scratch.ts';

export interface TrainingSetDependencies {
  readonly pool: Pool;
}

export function createTrainingSetActivities({ pool }: TrainingSetDependencies) {
  return {
    /**
     * Builds a training set from files on this worker's machine, and registers it.
     *
     * @throws AsofError `ASOF_INPUT_INVALID`, `ASOF_TRAINING_SET_UNKNOWN`, `ASOF_LOOKUP_INVALID`,
     * `ASOF_FILE_UNREADABLE`, `ASOF_SPINE_INVALID`, `ASOF_FOLDER_UNWRITABLE`, `ASOF_TABLE_NOT_FILLED` (not
     * retried).
     */
    async writeTrainingSet(input: BuildTrainingSetInput): Promise<TrainingSetReceipt> {
      const { trainingSet, ...paths } = parseInput('buildTrainingSet', input);
      const [spine, out] = [resolve(paths.spine), resolve(paths.out)];
      const report = (step: string): void => reportProgress({ step });
      report('starting');
      const { workflowExecution, activityId, attempt } = activityInfo();
      const owner = workflowExecution?.runId ?? activityId;
      const build = (scratch: string) =>
        buildTrainingSet(
          { trainingSet, spine, out },
          { pool, scratch, report, signal: cancellationSignal() },
        );
      return withScratch(dirname(out), owner, attempt, build);
    },
  };
}
