import { z } from 'zod';
import type {
  KnowledgeCut,
  LookupCounts,
  TrainingSetWay,
  WayDifference,
} from '../../domain/training/manifest.ts';
import { madeSpineSchema } from './made-spine.ts';

/** The files of a build, and what it is allowed. The input of `trainModel` has the same fields. */
export const buildFilesSchema = z.strictObject({
  /**
   * The path of the spine, below a data root: a CSV or Parquet file; or the entities of which Asof makes one, and
   * the moments.
   */
  spine: z.union([z.string().min(1), madeSpineSchema]),
  /** The path of the Parquet file to write, below a data root. Omitted: Asof keeps the set under its id. */
  out: z.string().min(1).optional(),
  /**
   * The host that has the files, as its worker's log names it. Omitted: that of the worker that takes the
   * first step.
   */
  host: z.string().min(1).optional(),
  /** Whether `out` replaces a file that Asof did not write. */
  overwrite: z.boolean().default(false),
  /** Whether a lookup may find nothing. */
  allowMissing: z.boolean().default(false),
  /** The values to take: as corrected by now, as known as of each row's moment, or as served then. */
  as: z.enum(['latest', 'as-known', 'as-served']).default('latest'),
});

/** The input of `buildTrainingSet`: one JSON object. */
export const buildTrainingSetInputSchema = z.strictObject({
  /** The name of the training set's definition. */
  trainingSet: z.string().min(1),
  ...buildFilesSchema.shape,
});

export type BuildTrainingSetInput = z.input<typeof buildTrainingSetInputSchema>;

/** What to build a training set from, and into what. */
export type BuildFiles = z.output<typeof buildFilesSchema>;

/** The validated input, with the host that was given or chosen. */
export type OpenedBuild = z.output<typeof buildTrainingSetInputSchema> & { readonly host: string };

/**
 * The result of a build. The rows are in the file, and the manifest is in `asof.training_sets` under `id`.
 */
export interface TrainingSetReceipt {
  readonly id: string;
  readonly trainingSet: string;
  /** Omitted: `latest`, by a version of Asof that knew no other. */
  readonly way?: TrainingSetWay;
  /** The file, and the host that it is on. */
  readonly path: string;
  readonly host: string;
  readonly rows: number;
  /** SHA-256 of the canonical rows. */
  readonly sha256: string;
  readonly knowledge: KnowledgeCut;
  readonly lookups: readonly LookupCounts[];
  /** How the set differs from what other ways give. Omitted: that is not known. */
  readonly differences?: readonly WayDifference[];
  /** What the build did otherwise than one might expect, such as a column that it left out. */
  readonly notes: readonly string[];
}
