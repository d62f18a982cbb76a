import { dirname, resolve } from 'node:path';
import { activityInfo, cancellationSignal } from '@temporalio/activity';
import type { Pool } from '../../db/sql/client.ts';
import type {
  BuildTrainingSetInput,
  OpenedBuild,
  TrainingSetReceipt,
} from '../../schemas/workflows/build-training-set.ts';
import { parseInput } from '../../schemas/workflows/inputs.ts';
import { reportProgress } from '../shared/progress.ts';
import { buildTrainingSet } from './training-set/build.ts';
import { withScratch } from './training-set/scratch.ts';

export interface TrainingSetDependencies {
  readonly pool: Pool;
  /** The host whose files this worker sees. */
  readonly host: string;
}

export function createTrainingSetActivities({ pool, host }: TrainingSetDependencies) {
  return {
    /**
     * Checks the input of `buildTrainingSet`, and chooses this worker's host unless the input names one.
     *
     * @throws AsofError `ASOF_INPUT_INVALID`.
     */
    openBuild(input: BuildTrainingSetInput): Promise<OpenedBuild> {
      const parsed = parseInput('buildTrainingSet', input);
      return Promise.resolve({ ...parsed, host: parsed.host ?? host });
    },

    /**
     * Builds a training set from files on this worker's host, and registers it.
     *
     * @throws AsofError `ASOF_INPUT_INVALID`, `ASOF_TRAINING_SET_UNKNOWN`, `ASOF_LOOKUP_INVALID`,
     * `ASOF_FILE_UNREADABLE`, `ASOF_SPINE_INVALID`, `ASOF_FOLDER_UNWRITABLE`, `ASOF_OUT_REFUSED`,
     * `ASOF_TABLE_NOT_FILLED`, `ASOF_NOTHING_FOUND`, `ASOF_JOIN_REFUSED` (not retried).
     */
    async writeTrainingSet(input: OpenedBuild): Promise<TrainingSetReceipt> {
      const parsed = parseInput('buildTrainingSet', input);
      const build = { ...parsed, spine: resolve(parsed.spine), out: resolve(parsed.out) };
      const report = (step: string): void => reportProgress({ step });
      report('starting');
      const { workflowExecution, activityId, attempt } = activityInfo();
      const owner = workflowExecution?.runId ?? activityId;
      return withScratch(dirname(build.out), owner, attempt, (scratch) =>
        buildTrainingSet(build, { pool, host, scratch, report, signal: cancellationSignal() }),
      );
    },
  };
}
