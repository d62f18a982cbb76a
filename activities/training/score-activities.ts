import { dirname, extname } from 'node:path';
import { activityInfo, cancellationSignal } from '@temporalio/activity';
import { type DataRoots, outInside, spineInside } from '../../adapters/files/data-roots.ts';
import { keptScores, makeKept, sha256OfKeptSpine } from '../../adapters/files/kept-files.ts';
import type { MlflowClient } from '../../adapters/mlflow/client.ts';
import type { Pool } from '../../db/sql/client.ts';
import { parseInput } from '../../schemas/workflows/inputs.ts';
import {
  type OpenedScore,
  SCORE_FORMS,
  type ScoreBatchInput,
  type ScoreReceipt,
} from '../../schemas/workflows/score-batch.ts';
import { reportProgress } from '../shared/progress.ts';
import { openScore } from './score/open-score.ts';
import { type SpineScoring, keptScoreFile, writeScores } from './score/write-scores.ts';
import { withScratch } from './training-set/scratch.ts';

export interface ScoreDependencies {
  readonly pool: Pool;
  readonly mlflow: MlflowClient;
  /** The host whose files this worker sees. */
  readonly host: string;
  /** The folders below which inputs may name its files. */
  readonly roots: DataRoots;
}

export function createScoreActivities({ pool, mlflow, host, roots }: ScoreDependencies) {
  const { kept } = roots;
  return {
    /** See {@link openScore}. */
    openScore(input: ScoreBatchInput): Promise<OpenedScore> {
      return openScore(pool, host, input);
    },

    /**
     * Scores a spine of this worker's host, and writes the predictions.
     *
     * @throws AsofError `ASOF_INPUT_INVALID`, `ASOF_PATH_REFUSED`, `ASOF_MODEL_UNKNOWN`, `ASOF_MODEL_CHANGED`,
     * `ASOF_MODEL_NOT_SERVABLE`, `ASOF_TRAINING_SET_UNKNOWN`, `ASOF_LOOKUP_INVALID`, `ASOF_FILE_UNREADABLE`,
     * `ASOF_SPINE_INVALID`, `ASOF_FOLDER_UNWRITABLE`, `ASOF_OUT_REFUSED`, `ASOF_TABLE_NOT_FILLED`,
     * `ASOF_TABLE_UNKNOWN`, `ASOF_NOTHING_FOUND`, `ASOF_JOIN_REFUSED`, `ASOF_SCORES_REFUSED` (not retried).
     */
    async writeScores(input: OpenedScore): Promise<ScoreReceipt> {
      const parsed = parseInput('scoreBatch', input);
      const spine = await spineInside(roots, parsed.spine);
      const spineSha256 = await sha256OfKeptSpine(kept, spine);
      const { workflowExecution, activityId, attempt } = activityInfo();
      const owner = workflowExecution?.runId ?? activityId;
      const file = await fileOf(parsed, owner);
      if (file === null || file.isKept) await makeKept(keptScores(kept));
      const report = (step: string): void => reportProgress({ step });
      report('starting');
      const folder = file === null ? keptScores(kept) : dirname(file.path);
      return withScratch(folder, owner, attempt, (scratch) =>
        writeScores(
          { ...parsed, version: input.version, spine, spineSha256, file },
          { pool, mlflow, host, scratch, kept, report, signal: cancellationSignal() },
        ),
      );
    },
  };

  async function fileOf({ out, form, table }: ScoreBatchInput, owner: string): Promise<SpineScoring['file']> {
    if (out === undefined) {
      if (table !== undefined && form === undefined) return null;
      return { path: keptScoreFile(kept, owner, form ?? 'parquet'), isKept: true, form: form ?? 'parquet' };
    }
    const endings = SCORE_FORMS.map((one) => `.${one}`);
    const path = await outInside(roots, out, endings);
    return { path, isKept: false, form: extname(path).toLowerCase() === '.csv' ? 'csv' : 'parquet' };
  }
}
