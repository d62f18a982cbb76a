import { z } from 'zod';
import type { RetentionTask } from '../../domain/retention/retention.ts';
import { instantSchema } from '../values/instant.ts';

/** The input of `applyRetention`, from a user or from the schedule: one JSON object. */
export const applyRetentionInputSchema = z.strictObject({
  /** Whether to report what would be removed, and remove nothing. */
  dryRun: z.boolean().default(false),
  /**
   * The moment that ages are counted back from, not in the future. Default: the schedule's time, or the
   * start.
   */
  at: instantSchema.optional(),
});

export type ApplyRetentionInput = z.input<typeof applyRetentionInputSchema>;

/** The validated input, ready for the workflow. */
export interface RetentionSettings {
  readonly dryRun: boolean;
  /** RFC 3339. */
  readonly at: string;
  /** What the definitions limit, in the order of removal. */
  readonly tasks: readonly RetentionTask[];
}

/** One thing to remove, as of a moment. */
export interface RetentionStep {
  readonly task: RetentionTask;
  readonly dryRun: boolean;
  readonly at: string;
}

/** What one activity returns. */
export interface RetentionReceipt {
  readonly removed: number;
  readonly done: boolean;
  /** The cutoff, in RFC 3339. Null if the definition no longer limits this. */
  readonly before: string | null;
  /** What is older than the cutoff and held, once all else is removed. */
  readonly held: Held | null;
}

/** Rows that are old enough to be removed and still stored, and why. */
export interface Held {
  readonly rows: number;
  readonly why: string;
}

/** The result for one thing that a definition limits. */
export interface Removal extends RetentionTask {
  /** The cutoff, in RFC 3339: older rows were removed, or would be in a dry run. Null as in the receipt. */
  readonly before: string | null;
  /** The number of removed rows; for the ledger, of removed ranges. */
  readonly removed: number;
  readonly held: Held | null;
}

/** The result of `applyRetention`. */
export interface RetentionResult {
  readonly dryRun: boolean;
  readonly at: string;
  readonly removals: readonly Removal[];
}

/** How far a retention run is: the answer to its `status` query. */
export interface RetentionStatus extends RetentionResult {
  /** The removal that is running. Null before the first one and after the last one. */
  readonly current: RetentionTask | null;
  /** The number of things that the definitions limit. */
  readonly tasks: number;
}
