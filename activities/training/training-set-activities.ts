import { dirname } from 'node:path';
import { activityInfo, cancellationSignal } from '@temporalio/activity';
import { type DataRoots, outInside, spineInside } from '../../adapters/files/data-roots.ts';
import { keptSets, makeKept, sha256OfKeptSpine } from '../../adapters/files/kept-files.ts';
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
  /** The folders below which inputs may name its files. */
  readonly roots: DataRoots;
}

export function createTrainingSetActivities({ pool, host, roots }: TrainingSetDependencies) {
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
     * @throws AsofError `ASOF_INPUT_INVALID`, `ASOF_PATH_REFUSED`, `ASOF_TRAINING_SET_UNKNOWN`, `ASOF_LOOKUP_INVALID`,
     * `ASOF_FILE_UNREADABLE`, `ASOF_SPINE_INVALID`, `ASOF_FOLDER_UNWRITABLE`, `ASOF_OUT_REFUSED`,
     * `ASOF_TABLE_NOT_FILLED`, `ASOF_NOTHING_FOUND`, `ASOF_JOIN_REFUSED` (not retried).
     */
    async writeTrainingSet(input: OpenedBuild): Promise<TrainingSetReceipt> {
      const parsed = parseInput('buildTrainingSet', input);
      const { kept } = roots;
      const spine = await spineInside(roots, parsed.spine);
      const spineSha256 = await sha256OfKeptSpine(kept, spine);
      const out = parsed.out === undefined ? undefined : await outInside(roots, parsed.out);
      if (out === undefined) await makeKept(keptSets(kept));
      const report = (step: string): void => reportProgress({ step });
      report('starting');
      const { workflowExecution, activityId, attempt } = activityInfo();
      const owner = workflowExecution?.runId ?? activityId;
      const folder = out === undefined ? keptSets(kept) : dirname(out);
      return withScratch(folder, owner, attempt, (scratch) =>
        buildTrainingSet(
          { ...parsed, spine, spineSha256, out },
          { pool, host, scratch, kept, report, signal: cancellationSignal() },
        ),
      );
    },
  };
}
