import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { moveKeptScores } from '../../adapters/files/kept-files.ts';
import { requireLocalPath } from '../../adapters/files/local-path.ts';
import { type OutFile, checkOutFile } from '../../adapters/files/out-file.ts';
import { dataRoots } from '../../config/data-roots.ts';
import { isOwnScoreFile } from '../../db/training/score-files.ts';
import { AsofError } from '../../domain/errors/asof-error.ts';
import type { TrainingSetWay } from '../../domain/training/manifest.ts';
import { scoreWorkflowId } from '../../domain/workflow-ids.ts';
import { SCORE_FORMS, type ScoreReceipt } from '../../schemas/workflows/score-batch.ts';
import type { Connections } from '../shared/connections.ts';
import type { FollowOptions } from '../shared/follow-workflow.ts';
import type { PendingActivity } from '../shared/pending-activities.ts';
import { runAlone } from '../shared/run-alone.ts';
import { keepGivenSpine } from './spine/keep-given-spine.ts';
import { type SpineSource, spineName } from './spine/spine-source.ts';

/** What to score, and where the predictions go. Relative paths start at the program's working directory. */
export interface ScoreOptions extends FollowOptions<readonly PendingActivity[]> {
  /** The number of the model's version. Omitted: the newest. */
  readonly version?: number | undefined;
  /**
   * The keys, the moments and the fields of requests, without a label: the path of a CSV or Parquet file, rows, or
   * a query.
   */
  readonly spine: SpineSource;
  /** The values to take, as for a training set. Default: `latest`, as corrected by now. */
  readonly as?: TrainingSetWay | undefined;
  /**
   * The file to write, `.parquet` or `.csv`. Replaces one that Asof wrote predictions into, and no other. Omitted:
   * the predictions are in `table`, else where Asof keeps them, which the result says.
   */
  readonly out?: string | undefined;
  /** The external table to write the predictions into. */
  readonly table?: string | undefined;
  /** Whether `out` replaces any file but the spine. Default: false. */
  readonly overwrite?: boolean | undefined;
  /** Whether a lookup may find nothing. Default: false. */
  readonly allowMissing?: boolean | undefined;
}

/** Scores a spine. The worker gets the spine by its content, and this program puts the file in its place. */
export async function score(
  connections: Connections,
  model: string,
  options: ScoreOptions,
): Promise<ScoreReceipt> {
  const { version, spine, as, table, allowMissing = false, signal } = options;
  const out = options.out === undefined ? undefined : await openOut(connections, options.out, options);
  const { kept } = dataRoots();
  // An empty path stays empty: the workflow reports it better.
  const copy = spine && (await keepGivenSpine(connections, spine, { kept, signal }));
  const input = {
    model,
    version,
    spine: copy,
    as,
    form: out?.form,
    table,
    host: connections.host,
    allowMissing,
  };
  const start = {
    type: 'scoreBatch',
    workflowId: scoreWorkflowId(model, randomUUID().slice(0, 8)),
    input,
    summary: `${spineName(spine)} by model ${model}`,
  } as const;
  const receipt = await runAlone(await connections.temporal(), start, options);
  if (!out || !receipt.file) return receipt;
  await moveKeptScores(receipt.file.path, out.file);
  return { ...receipt, file: { ...receipt.file, path: out.file.path } };
}

interface ScoreOut {
  readonly file: OutFile;
  readonly form: (typeof SCORE_FORMS)[number];
}

async function openOut(
  connections: Connections,
  path: string,
  { spine, overwrite = false }: ScoreOptions,
): Promise<ScoreOut> {
  requireLocalPath(path, 'out');
  const form = SCORE_FORMS.find((ending) => path.toLowerCase().endsWith(`.${ending}`));
  if (form === undefined)
    throw new AsofError(
      'ASOF_OUT_REFUSED',
      `cannot write '${path}': expected a file whose name ends in ${SCORE_FORMS.map((ending) => `.${ending}`).join(' or ')}`,
      { details: { path } },
    );
  const pool = await connections.pool();
  const file = {
    path: resolve(path),
    spine: typeof spine === 'string' ? spine : undefined,
    overwrite,
    isOwn: (sha256: string) => isOwnScoreFile(pool, sha256),
  };
  await checkOutFile(file);
  return { file, form };
}
