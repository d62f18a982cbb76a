import type { DuckDb } from '../../../adapters/duckdb/database.ts';
import { trainingSetColumns, writeParquet } from '../../../adapters/duckdb/training-set-file.ts';
import type { TrainingSetLookups } from '../../../db/training/load-training-set.ts';
import type { TrainingSetColumn } from '../../../domain/training/manifest.ts';
import { computeRequestFeatures } from './compute-request-features.ts';
import type { LoadedSpine } from './load-spine.ts';

/** What the rows of a training set are made from. */
interface SetParts {
  readonly plan: TrainingSetLookups;
  readonly spine: Pick<LoadedSpine, 'columns' | 'labelType' | 'rows'>;
}

/**
 * Computes the request features of joined rows, and writes all columns to a Parquet file.
 *
 * @returns the columns.
 */
export async function writeTrainingSet(
  connection: DuckDb,
  { plan, spine }: SetParts,
  path: string,
  report: (step: string) => void,
): Promise<TrainingSetColumn[]> {
  const { columns, labelType, rows } = spine;
  const sources = { columns, labelType, lookups: plan.lookups, computed: plan.computed };
  await computeRequestFeatures(connection, plan.definition, sources, { rows, report });
  report('writing Parquet');
  await writeParquet(connection, sources, path);
  return trainingSetColumns(sources);
}
