import { z } from 'zod';
import { parseInstant } from '../../domain/time/instant.ts';
import { instantSchema } from '../values/instant.ts';
import type { PartitionTarget } from './stream-features.ts';

/** The input of `computeBatchFeatures`, from a user or from a schedule: one JSON object. */
export const computeBatchFeaturesInputSchema = z
  .strictObject({
    /** The batch table to compute. */
    table: z.string().min(1),
    /** The logical time. Default: the schedule's time; for a start by hand, the last one before the start. */
    at: instantSchema.optional(),
    /**
     * Instead of `at`, a range in the past: every logical time of the table's schedule in `[from, to]`, in
     * order.
     */
    from: instantSchema.optional(),
    to: instantSchema.optional(),
    /** Whether to compute a time of the range again even if its inputs are unchanged. */
    again: z.boolean().default(false),
  })
  .superRefine(({ at, from, to }, context) => {
    const complain = (path: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [path], message });
    if ((from === undefined) !== (to === undefined))
      complain(from === undefined ? 'from' : 'to', 'a range needs both from and to');
    if (at !== undefined && from !== undefined) complain('at', 'give at or a range, not both');
    if (from !== undefined && to !== undefined && parseInstant(from)! > parseInstant(to)!)
      complain('to', 'lies before from');
  });

export type ComputeBatchFeaturesInput = z.input<typeof computeBatchFeaturesInputSchema>;

/** When a workflow computes, both in RFC 3339 and by the clock of Temporal. */
export interface BatchStart {
  /** The schedule's own time, or the time of a start by hand. */
  readonly startedFor: string;
  readonly now: string;
  readonly scheduled: boolean;
}

/** The validated input of the workflow. Times are RFC 3339 in UTC. */
export interface BatchSettings {
  readonly table: string;
  readonly source: string;
  readonly topic: string;
  /** The logical times to compute, in order. Empty if a schedule has none left. */
  readonly times: readonly string[];
  readonly again: boolean;
  /** The range that a user asked for. For a schedule: from its first time to its last. Null: one time. */
  readonly range: { readonly from: string; readonly to: string } | null;
  /** How long after a logical time no event before it is late any more, in ms. */
  readonly settledAfterMs: number;
  /** What a schedule adds. Null: a start by hand. */
  readonly schedule: ScheduledBatch | null;
}

/** What a scheduled run has beside its times. */
export interface ScheduledBatch {
  /** Whether there are more times than one run takes. */
  readonly more: boolean;
  /** The logical times that retention has made impossible to compute. Null: none. */
  readonly lost: TimeFailures | null;
}

/** Logical times that could not be computed. */
export interface TimeFailures {
  readonly count: number;
  /** The first of them, and why. */
  readonly at: string;
  readonly code: string;
  readonly message: string;
}

/** A wait for the stream of a source: how far it must read before a logical time can be computed. */
export interface StreamWait {
  readonly source: string;
  readonly topic: string;
  /** The logical time, in RFC 3339. */
  readonly at: string;
  /**
   * The partitions that were behind at the last check. Null at the first check, which takes the current
   * heads.
   */
  readonly behind: readonly PartitionTarget[] | null;
}

/** Logical times of a table to compute, one after the other. */
export interface BatchTask {
  readonly table: string;
  readonly times: readonly string[];
  readonly again: boolean;
  /** Whether a time that cannot be computed leaves the others to be computed. */
  readonly goOn: boolean;
}

/** The result for the logical times that a task has finished, from its first one on. */
export interface BatchReceipt {
  readonly computed: number;
  /** The number of times that were already computed from the same inputs. */
  readonly skipped: number;
  /** The number of rows of the computed times. */
  readonly rows: number;
  /** The number of new, changed and removed rows. */
  readonly changed: number;
}

/** The receipt of a task, with the times that it could not compute. */
export interface TaskReceipt extends BatchReceipt {
  readonly failed: TimeFailures | null;
}

export type BatchState = 'starting' | 'waiting' | 'computing' | 'done';

/** How far the computation of a batch table is: the answer to its `status` query. */
export interface BatchStatus extends BatchReceipt {
  readonly table: string;
  readonly state: BatchState;
  /** The number of logical times, of which `computed` and `skipped` are done, and `failed` cannot be. */
  readonly times: number;
  readonly failed: number;
  /** The partitions that the stream must still read, and how far. */
  readonly behind: readonly PartitionTarget[];
}

/** The result for one logical time. */
export interface BatchResult {
  readonly table: string;
  readonly at: string;
  readonly rows: number;
  readonly changed: number;
}

/** What became of the logical times of a range, or of those that a schedule had left. */
export interface BatchRangeResult extends BatchReceipt {
  readonly table: string;
  readonly from: string;
  readonly to: string;
  readonly again: boolean;
}

const failuresSchema = z.object({
  count: z.number(),
  at: z.string(),
  code: z.string(),
  message: z.string(),
}) satisfies z.ZodType<TimeFailures>;

const settingsSchema = z.object({
  table: z.string(),
  source: z.string(),
  topic: z.string(),
  times: z.array(instantSchema),
  again: z.boolean(),
  range: z.object({ from: z.string(), to: z.string() }).nullable(),
  settledAfterMs: z.number(),
  schedule: z.object({ more: z.boolean(), lost: failuresSchema.nullable() }).nullable(),
}) satisfies z.ZodType<BatchSettings>;

const waitSchema = z.object({
  source: z.string(),
  topic: z.string(),
  at: instantSchema,
  behind: z.array(z.object({ partition: z.number(), next: z.string(), head: z.string() })).nullable(),
}) satisfies z.ZodType<StreamWait>;

/** What a run of the workflow hands to the next. */
export const batchContinuationSchema = z.object({
  start: z.object({ startedFor: instantSchema, scheduled: z.boolean() }),
  settings: settingsSchema.nullable(),
  totals: z.object({
    computed: z.number(),
    skipped: z.number(),
    rows: z.number(),
    changed: z.number(),
    failed: failuresSchema.nullable(),
  }) satisfies z.ZodType<TaskReceipt>,
  wait: waitSchema.nullable(),
});
