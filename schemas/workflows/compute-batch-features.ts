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

/** The validated input of the workflow. Times are RFC 3339 in UTC. */
export interface BatchSettings {
  readonly table: string;
  readonly source: string;
  readonly topic: string;
  /** The logical times to compute, in order. At least one. */
  readonly times: readonly string[];
  readonly again: boolean;
  readonly range: { readonly from: string; readonly to: string } | null;
  /** The last logical time plus the source's allowed lateness, in ms since 1970. */
  readonly dueAtMs: number;
}

/** A wait for the stream of the source: how far it must read before the table can be computed. */
export interface StreamWait {
  readonly settings: BatchSettings;
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

export type BatchState = 'starting' | 'waiting' | 'computing' | 'done';

/** How far the computation of a batch table is: the answer to its `status` query. */
export interface BatchStatus extends BatchReceipt {
  readonly table: string;
  readonly state: BatchState;
  /** The number of logical times, of which `computed` and `skipped` are done. */
  readonly times: number;
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

/** What became of the logical times of a range. */
export interface BatchRangeResult extends BatchReceipt {
  readonly table: string;
  readonly from: string;
  readonly to: string;
  readonly again: boolean;
}
