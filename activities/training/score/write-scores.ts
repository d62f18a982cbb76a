import { join } from 'node:path';
import { type DuckDb, withDuckDb } from '../../../adapters/duckdb/database.ts';
import { scoredColumns, writeScoreFile } from '../../../adapters/duckdb/score-table.ts';
import { requireFolderUnmoved } from '../../../adapters/files/data-roots.ts';
import { flush, keptScores } from '../../../adapters/files/kept-files.ts';
import { type OutFile, checkOutFile, publishOutFile } from '../../../adapters/files/out-file.ts';
import { sha256OfFile } from '../../../adapters/files/sha256-of-file.ts';
import type { MlflowClient } from '../../../adapters/mlflow/client.ts';
import { isOwnScoreFile, recordScoreFile } from '../../../db/training/score-files.ts';
import type { TrainingSetColumn } from '../../../domain/training/manifest.ts';
import { scoreOutputs } from '../../../domain/training/score-outputs.ts';
import type { SpineColumn } from '../../../domain/training/spine.ts';
import type { OpenedScore, ScoreReceipt } from '../../../schemas/workflows/score-batch.ts';
import { reportAlive } from '../../shared/progress.ts';
import type { BuildContext } from '../training-set/build-context.ts';
import { type Joined, joinSpine } from '../training-set/join-spine.ts';
import { writeTrainingSet } from '../training-set/write-training-set.ts';
import { type ScoringModel, loadVersion } from './load-version.ts';
import { predictRows } from './predict-rows.ts';
import { MODEL, MODEL_VERSION, requireOtherNames } from './score-columns.ts';
import { loadTarget } from './score-target.ts';
import { writeScoreTable } from './write-score-table.ts';

/** What to score, with real paths. */
export interface SpineScoring extends Pick<
  OpenedScore,
  'model' | 'version' | 'as' | 'table' | 'spine' | 'overwrite' | 'allowMissing'
> {
  /** The SHA-256 that the bytes of the spine must have. Omitted: any. */
  readonly spineSha256?: string | undefined;
  /** The file to write. */
  readonly file: { readonly path: string; readonly isKept: boolean; readonly form: 'parquet' | 'csv' } | null;
}

export type ScoreContext = BuildContext & { readonly mlflow: MlflowClient };

/**
 * Scores a spine by a model version: looks up what the version was trained on, as a build of its training set
 * does, predicts with ONNX, and writes the predictions to a file, a table, or both. Never holds all rows in
 * memory. The file appears whole, after the table's rows are committed.
 */
export async function writeScores(scoring: SpineScoring, context: ScoreContext): Promise<ScoreReceipt> {
  const { model, version, file } = scoring;
  if (file) await checkOutFile(outFile(scoring, file, context));
  context.report(`loading ${model}/${version}`);
  const loaded = await loadVersion(context, model, version);
  try {
    return await withDuckDb(
      context.scratch,
      async (connection) => {
        const joined = await joinSpine(
          connection,
          { ...scoring, way: scoring.as, load: loaded.load },
          context,
        );
        return writeAll(connection, { scoring, loaded, joined }, context);
      },
      { signal: context.signal, onProgress: reportAlive },
    );
  } finally {
    await loaded.onnx.close();
  }
}

/** A model version, and the spine with what was found for it. */
interface Scored {
  readonly scoring: SpineScoring;
  readonly loaded: ScoringModel;
  readonly joined: Joined;
}

async function writeAll(connection: DuckDb, scored: Scored, context: ScoreContext): Promise<ScoreReceipt> {
  const { scoring, loaded, joined } = scored;
  const { model, version, table, file } = scoring;
  const { pool, scratch, report, signal } = context;
  const { columns } = joined.spine;
  const outputs = scoreOutputs(loaded.output);
  requireOtherNames(columns, outputs);
  const target = table === undefined ? undefined : await loadTarget(pool, table, { columns, outputs });
  const rows = await predictAll(connection, scored, context);
  report('writing predictions');
  const constants = { [MODEL]: model, [MODEL_VERSION]: version };
  const write = async (path: string, form: 'parquet' | 'csv') => {
    await writeScoreFile(connection, { columns, outputs, constants }, { path, form });
    return { path, sha256: await sha256OfFile(path, reportAlive) };
  };
  signal.throwIfAborted();
  let changed: number | undefined;
  if (target) {
    report(`writing into ${target.name}`);
    const { path, sha256 } = await write(join(scratch, 'table.parquet'), 'parquet');
    const origin = { name: `${model}/${version}`, sha256 };
    const written = { path, columns: columnsOfFile(columns, outputs), origin };
    changed = await writeScoreTable(pool, connection, target, written);
  }
  const published =
    file && (await publish(scored, file, await write(join(scratch, 'scores'), file.form), context));
  const { knowledge, lookups, notes } = joined;
  return {
    model,
    version,
    trainingSet: loaded.trainingSet,
    way: scoring.as,
    rows,
    file: published,
    host: context.host,
    table: target && changed !== undefined ? { name: target.name, changed } : null,
    knowledge,
    lookups,
    notes,
  };
}

async function predictAll(
  connection: DuckDb,
  { loaded, joined }: Scored,
  { scratch, report }: ScoreContext,
): Promise<number> {
  const { rows } = joined.spine;
  const path = join(scratch, 'rows.parquet');
  const schema = await writeTrainingSet(connection, joined, path, report);
  const toPredict = { path, schema, scratch: join(scratch, 'predicting') };
  return predictRows(connection, loaded, toPredict, (count) => report(`scored ${count} of ${rows} rows`));
}

/** The columns of a file of predictions, in order, as a Parquet file of them has them. */
function columnsOfFile(columns: readonly SpineColumn[], outputs: readonly string[]): TrainingSetColumn[] {
  return [
    ...scoredColumns(columns).map(({ name, role }) => {
      return { name, type: role === 'key' ? ('string' as const) : ('timestamp' as const) };
    }),
    ...outputs.map((name) => ({ name, type: 'double' as const })),
    { name: MODEL, type: 'string' },
    { name: MODEL_VERSION, type: 'bigint' },
  ];
}

async function publish(
  { scoring, joined }: Scored,
  file: NonNullable<SpineScoring['file']>,
  { path, sha256 }: { readonly path: string; readonly sha256: string },
  context: ScoreContext,
): Promise<NonNullable<ScoreReceipt['file']>> {
  const { model, version } = scoring;
  const { spine, knowledge } = joined;
  await flush(path);
  await recordScoreFile(context.pool, {
    sha256,
    model,
    version,
    rows: spine.rows,
    way: scoring.as,
    knowledge: knowledge.sequence,
    spineSha256: scoring.spineSha256 ?? (await sha256OfFile(scoring.spine, reportAlive)),
  });
  if (!file.isKept) await requireFolderUnmoved(file.path);
  await publishOutFile(path, outFile(scoring, file, context));
  return { path: file.path, sha256 };
}

/** The file to write. What Asof keeps for a run has its name alone. */
function outFile(
  { spine, overwrite }: SpineScoring,
  { path, isKept }: NonNullable<SpineScoring['file']>,
  { pool }: ScoreContext,
): OutFile {
  return {
    path,
    spine,
    overwrite: overwrite || isKept,
    isOwn: (sha256) => isOwnScoreFile(pool, sha256),
  };
}

/** Where Asof keeps the predictions of a run, for a program that takes them from there. */
export function keptScoreFile(kept: string, run: string, form: 'parquet' | 'csv'): string {
  return join(keptScores(kept), `${run}.${form}`);
}
