import { basename, dirname } from 'node:path';
import { activityInfo, cancellationSignal } from '@temporalio/activity';
import { type DataRoots, outInside } from '../../adapters/files/data-roots.ts';
import { keepSpine, keptSets, makeKept } from '../../adapters/files/kept-files.ts';
import type { Pool } from '../../db/sql/client.ts';
import type {
  BuildTrainingSetInput,
  OpenedBuild,
  TrainingSetReceipt,
} from '../../schemas/workflows/build-training-set.ts';
import { parseInput } from '../../schemas/workflows/inputs.ts';
import { reportProgress } from '../shared/progress.ts';
import { type TrainingSetBuild, buildTrainingSet } from './training-set/build.ts';
import { openSpine } from './training-set/open-spine.ts';
import { withScratch } from './training-set/scratch.ts';

export interface TrainingSetDependencies {
  readonly pool: Pool;
  /** The host whose files this worker sees. */
  readonly host: string;
  /** The folders below which inputs may name its files. */
  readonly roots: DataRoots;
}

/** The copy of a spine that Asof keeps, so that the set can be built again; a spine that is kept already is its own. */
async function keepOnce(
  kept: string,
  { spine, spineSha256: sha256 }: Pick<TrainingSetBuild, 'spine' | 'spineSha256'>,
  signal: AbortSignal,
): Promise<Required<Pick<TrainingSetBuild, 'keptSpine' | 'spineSha256'>>> {
  if (sha256 !== undefined) return { keptSpine: spine, spineSha256: sha256 };
  const keptSpine = await keepSpine(kept, spine, signal);
  return { keptSpine, spineSha256: basename(keptSpine).split('.', 1)[0] };
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
     * `ASOF_TABLE_NOT_FILLED`, `ASOF_TABLE_NOT_PUBLISHED`, `ASOF_HISTORY_INCOMPLETE`, `ASOF_NOTHING_FOUND`, `ASOF_JOIN_REFUSED` (not retried).
     */
    async writeTrainingSet(input: OpenedBuild): Promise<TrainingSetReceipt> {
      const parsed = parseInput('buildTrainingSet', input);
      const { kept } = roots;
      const out = parsed.out === undefined ? undefined : await outInside(roots, parsed.out);
      if (out === undefined) await makeKept(keptSets(kept));
      const report = (step: string): void => reportProgress({ step });
      report('starting');
      const signal = cancellationSignal();
      const opened = await openSpine({ pool, roots }, { ...parsed, signal });
      const keptCopy = await keepOnce(kept, opened, signal);
      const { workflowExecution, activityId, attempt } = activityInfo();
      const owner = workflowExecution?.runId ?? activityId;
      const folder = out === undefined ? keptSets(kept) : dirname(out);
      return withScratch(folder, owner, attempt, (scratch) =>
        buildTrainingSet(
          { ...parsed, ...opened, ...keptCopy, out },
          { pool, host, scratch, kept, report, signal },
        ),
      );
    },
  };
}
