import { z } from 'zod';
import type { KnowledgeCut, LookupCounts } from '../../domain/training/manifest.ts';

/** What a user starts `buildTrainingSet` with: one JSON object. */
export const buildTrainingSetInputSchema = z.strictObject({
  /** The training set's name among the definitions. */
  trainingSet: z.string().min(1),
  /** A CSV file with a heading, UTF-8, as the worker sees it. */
  spine: z.string().min(1),
  /** The Parquet file to write, as the worker sees it; one that is there is replaced when all is done. */
  out: z.string().min(1),
});

export type BuildTrainingSetInput = z.input<typeof buildTrainingSetInputSchema>;

/** What came of a build. The rows are in the file, the manifest in `asof.training_sets` under `id`. */
export interface TrainingSetReceipt {
  readonly id: string;
  readonly trainingSet: string;
  readonly path: string;
  readonly rows: number;
  /** SHA-256 of the canonical rows. */
  readonly sha256: string;
  readonly knowledge: KnowledgeCut;
  readonly lookups: readonly LookupCounts[];
}
