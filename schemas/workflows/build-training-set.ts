import { z } from 'zod';
import type { KnowledgeCut, LookupCounts } from '../../domain/training/manifest.ts';

/** The input of `buildTrainingSet`: one JSON object. */
export const buildTrainingSetInputSchema = z.strictObject({
  /** The name of the training set's definition. */
  trainingSet: z.string().min(1),
  /** The path, on the worker's machine, of the spine: a CSV file in UTF-8 with a heading. */
  spine: z.string().min(1),
  /**
   * The path, on the worker's machine, of the Parquet file to write. An existing file is replaced at the end.
   */
  out: z.string().min(1),
});

export type BuildTrainingSetInput = z.input<typeof buildTrainingSetInputSchema>;

/**
 * The result of a build. The rows are in the file, and the manifest is in `asof.training_sets` under `id`.
 */
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
