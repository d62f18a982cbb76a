import { z } from 'zod';
import type { RetentionTask } from '../../domain/retention/retention.ts';
import { instantSchema } from '../values/instant.ts';

/** What a user, or the schedule, starts `applyRetention` with: one JSON object. */
export const applyRetentionInputSchema = z.strictObject({
  /** Whether only to say what would be removed. */
  dryRun: z.boolean().default(false),
  /** The moment from which ages are counted, not in the future; the schedule's own time, or the start, unless said. */
  at: instantSchema.optional(),
});

export type ApplyRetentionInput = z.input<typeof applyRetentionInputSchema>;

/** The validated input, ready for the workflow. */
export interface RetentionSettings {
  readonly dryRun: boolean;
  /** RFC 3339. */
  readonly at: string;
  /** What the definitions limit, in the order in which it is removed. */
  readonly tasks: readonly RetentionTask[];
}

/** One thing to remove, as of a moment. */
export interface RetentionStep {
  readonly task: RetentionTask;
  readonly dryRun: boolean;
  readonly at: string;
}

/** What one activity did. */
export interface RetentionReceipt {
  readonly removed: number;
  readonly done: boolean;
  /** RFC 3339: what is older goes; null where the definition no longer limits it. */
  readonly before: string | null;
  /** What is older and stays all the same, once all is done. */
  readonly kept: Kept | null;
}

export interface Kept {
  readonly rows: number;
  readonly why: string;
}

/** What became of one thing that a definition limits. */
export interface Removal extends RetentionTask {
  /** RFC 3339: what is older went, or in a dry run would go. */
  readonly before: string | null;
  /** Rows; ranges where the ledger is meant. */
  readonly removed: number;
  readonly kept: Kept | null;
}

/** The result. */
export interface RetentionResult {
  readonly dryRun: boolean;
  readonly at: string;
  readonly removals: readonly Removal[];
}

/** The answer to the `status` query. */
export interface RetentionStatus extends RetentionResult {
  /** What is being removed now; null before the first and when all is done. */
  readonly current: RetentionTask | null;
  /** How many things the definitions limit. */
  readonly tasks: number;
}
