import { z } from 'zod';
import type { KnowledgeCut, LookupCounts, TrainingSetWay } from '../../domain/training/manifest.ts';
import { buildFilesSchema } from './build-training-set.ts';

/** The forms of a file of predictions. Its name ends so. */
export const SCORE_FORMS = ['parquet', 'csv'] as const;

/** The input of `scoreBatch`: one JSON object. */
export const scoreBatchInputSchema = z
  .strictObject({
    /** The name of a registered model. */
    model: z.string().min(1),
    /** The number of its version. Omitted: the newest. */
    version: z.int().positive().optional(),
    /** The path of the spine, below a data root: keys, moments, and the fields of requests; no label. */
    spine: z.string().min(1),
    /** The values to take, as for `buildTrainingSet`. */
    as: buildFilesSchema.shape.as,
    /** The path of the file to write, below a data root. Omitted: Asof keeps the file, unless there is a `table`. */
    out: z.string().min(1).optional(),
    /**
     * The form of the file that Asof keeps. Omitted: `parquet`, and none where there is a `table`. The name of
     * `out` says that of its own.
     */
    form: z.enum(SCORE_FORMS).optional(),
    /** The name of an external table to write the predictions into. */
    table: z.string().min(1).optional(),
    /** The host that has the files. Omitted: that of the worker that takes the first step. */
    host: z.string().min(1).optional(),
    /** Whether `out` replaces a file that Asof did not write. */
    overwrite: z.boolean().default(false),
    /** Whether a lookup may find nothing. */
    allowMissing: z.boolean().default(false),
  })
  .refine(({ out, form }) => out === undefined || form === undefined, {
    path: ['form'],
    error: 'leave it out where there is an out: the end of its name says the form',
  });

export type ScoreBatchInput = z.input<typeof scoreBatchInputSchema>;

/** The validated input, with the version and the host that were given or chosen. */
export interface OpenedScore extends z.output<typeof scoreBatchInputSchema> {
  readonly version: number;
  readonly host: string;
}

/** The result of scoring a spine. */
export interface ScoreReceipt {
  readonly model: string;
  readonly version: number;
  /** The id of the training set that the version was trained on. */
  readonly trainingSet: string;
  readonly way: TrainingSetWay;
  readonly rows: number;
  /** The file, on `host`, and the SHA-256 of its bytes. Null: the predictions are in a table alone. */
  readonly file: { readonly path: string; readonly sha256: string } | null;
  readonly host: string;
  /** The external table, and how many of its rows are new or changed. Null: none was named. */
  readonly table: { readonly name: string; readonly changed: number } | null;
  readonly knowledge: KnowledgeCut;
  readonly lookups: readonly LookupCounts[];
  /** What the work did otherwise than one might expect. */
  readonly notes: readonly string[];
}
