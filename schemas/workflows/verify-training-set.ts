import { z } from 'zod';
import type { TrainingSetWay } from '../../domain/training/manifest.ts';

/** The input of `verifyTrainingSet`: one JSON object. */
export const verifyTrainingSetInputSchema = z.strictObject({
  /** The id of a built training set. */
  id: z.string().min(1),
  /** The path of the spine that it was built from, below a data root. Omitted: the one that Asof keeps. */
  spine: z.string().min(1).optional(),
  /** The host that builds it again. Omitted: the one that built it, else that of the worker that takes the first step. */
  host: z.string().min(1).optional(),
});

export type VerifyTrainingSetInput = z.input<typeof verifyTrainingSetInputSchema>;

/** The validated input, with the host that was given or chosen. */
export type OpenedVerification = z.output<typeof verifyTrainingSetInputSchema> & { readonly host: string };

/** A value in JSON: a number beyond ±2⁵³ as its digits, a moment as RFC 3339. */
export type VerifiedValue = string | number | boolean | null;

/** The write that changed a value. */
export interface ChangingWrite {
  readonly sequence: string;
  readonly kind: string;
  readonly subject: string;
  readonly knownAt: string;
}

/** A feature of a row that differs. */
export interface DifferingFeature {
  readonly feature: string;
  /** The table that it is looked up in. Null: the request or the spine gives it. */
  readonly table: string | null;
  /** What it was. Omitted: nobody knows, as the file of the set is gone. */
  readonly was?: VerifiedValue;
  readonly is: VerifiedValue;
  /** The write after the knowledge cut that changed it. Null: none did, so that it was changed outside Asof. */
  readonly write: ChangingWrite | null;
}

/** A row that differs, by its number from 0. */
export interface DifferingRow {
  readonly row: number;
  readonly features: readonly DifferingFeature[];
}

/** The result of building a training set again. */
export interface VerifyTrainingSetResult {
  readonly id: string;
  readonly trainingSet: string;
  readonly way: TrainingSetWay;
  /** Whether the rows are the same, by their hash. */
  readonly same: boolean;
  readonly rows: number;
  /** The hash in the registry. */
  readonly expected: string;
  /** The hash of what was built now. */
  readonly sha256: string;
  /** The number of rows that differ. */
  readonly differing: number;
  /** The features that differ in some row, as far as the hashes tell. */
  readonly features: readonly string[];
  /** The first rows that differ. */
  readonly first: readonly DifferingRow[];
}
