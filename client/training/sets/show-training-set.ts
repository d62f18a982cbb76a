import { type ShownCorrection, latestCorrections } from '../../../db/training/impact/corrections.ts';
import { modelsTrainedOn } from '../../../db/training/models.ts';
import { readStatistics } from '../../../db/training/statistics.ts';
import { requireTrainingSet } from '../../../db/training/training-sets.ts';
import { type LastVerification, lastVerification } from '../../../db/training/verify/verifications.ts';
import type {
  DefinitionReference,
  KnowledgeCut,
  LookupCounts,
  TrainingSetWay,
  WayDifference,
} from '../../../domain/training/manifest.ts';
import { leakNotes } from '../../../domain/training/split-leaks.ts';
import type { ColumnStatistics } from '../../../domain/training/statistics.ts';
import type { Connections } from '../../shared/connections.ts';
import { type FileState, findFile } from './find-file.ts';

/** Everything that is known of a built training set. */
export interface ShownTrainingSet {
  readonly id: string;
  /** The name of its definition. */
  readonly name: string;
  readonly rows: number;
  /** SHA-256 of the canonical rows. */
  readonly sha256: string;
  /** How the hashes are taken of the rows: 1 row by row, 2 by columns. */
  readonly format: 1 | 2;
  readonly way: TrainingSetWay;
  readonly knowledge: KnowledgeCut;
  /** Where the build read the spine, its columns, and SHA-256 of its canonical rows. */
  readonly spine: { readonly path: string; readonly columns: readonly string[]; readonly sha256: string };
  /** Null if the rows are not split. */
  readonly split: ShownSplit | null;
  /** Null if the set has all rows of the spine. */
  readonly sample: ShownSample | null;
  /** The training set, its feature tables, the reference tables that these read, and the event sources. */
  readonly definitions: readonly DefinitionReference[];
  readonly lookups: readonly LookupCounts[];
  /** How the set differs from what other ways give. Empty if it was not compared. */
  readonly differences: readonly WayDifference[];
  readonly file: FileState;
  /** The model versions that were trained on it, such as `user_churn_model/1`. */
  readonly models: readonly string[];
  /** Null if it was never built again. */
  readonly verification: LastVerification | null;
  /** The latest correction that gives it other rows. Null: none is known. */
  readonly correction: ShownCorrection | null;
  /** What its label and its features are like. Empty for a set of before statistics were kept. */
  readonly statistics: readonly ColumnStatistics[];
  /** The whole manifest, as `asof.training_sets` has it. */
  readonly manifest: object;
}

/** How the rows of a training set are split. */
export interface ShownSplit {
  readonly column: string;
  /** By split: the number of rows. */
  readonly rows: Readonly<Record<string, number>>;
  /** What leaks between splits, in words. */
  readonly leaks: readonly string[];
}

/** The sample of its spine that a training set is. */
export interface ShownSample {
  readonly share: number;
  readonly seed: number;
  /** The rows of the spine. */
  readonly of: number;
  /** The column with the weights of the rows. */
  readonly weight: string;
}

export async function showTrainingSet(connections: Connections, id: string): Promise<ShownTrainingSet> {
  const pool = await connections.pool();
  const stored = await requireTrainingSet(pool, id);
  const { name, rows, sha256, manifest } = stored;
  const { format, way, knowledge, spine, split, sample, definitions, lookups, differences = [] } = manifest;
  const models = await modelsTrainedOn(pool, id);
  return {
    id,
    name,
    rows,
    sha256,
    format,
    way,
    knowledge,
    spine,
    split: split && {
      column: split.column,
      rows: split.rows,
      leaks: split.leaks ? leakNotes(split.leaks) : [],
    },
    sample: sample ? { share: sample.share, seed: sample.seed, of: sample.of, weight: sample.as } : null,
    definitions,
    lookups,
    differences,
    file: await findFile(connections, stored),
    models: models.map((model) => `${model.name}/${model.version}`),
    verification: await lastVerification(pool, id),
    correction: (await latestCorrections(pool, [id])).get(id) ?? null,
    statistics: await readStatistics(pool, id),
    manifest,
  };
}
