import { z } from 'zod';
import { parseInstant } from '../../domain/time/instant.ts';
import { instantSchema } from '../values/instant.ts';
import type { PartitionTarget } from './stream-features.ts';

/** What a user, or a schedule, starts `computeBatchFeatures` with: one JSON object. */
export const computeBatchFeaturesInputSchema = z
  .strictObject({
    /** The batch table to compute. */
    table: z.string().min(1),
    /** The logical time. Without it: the schedule's own, which by hand is the last one before the start. */
    at: instantSchema.optional(),
    /** A past range instead: every logical time of the table's schedule in `[from, to]`, in order. */
    from: instantSchema.optional(),
    to: instantSchema.optional(),
    /** Whether to compute the times of a range again whose inputs have not changed since. */
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

/** The validated input, ready for the workflow; times are RFC 3339 in UTC. */
export interface BatchSettings {
  readonly table: string;
  readonly source: string;
  readonly topic: string;
  /** The logical times to compute, in order; one at least. */
  readonly times: readonly string[];
  readonly again: boolean;
  readonly range: { readonly from: string; readonly to: string } | null;
  /** When the clock is past the last logical time and the source's allowed lateness, in ms since 1970. */
  readonly dueAtMs: number;
}

/** Which partitions of the source must get where before its stream has passed the last logical time. */
export interface StreamWait {
  readonly settings: BatchSettings;
  /** What was still missing when last asked; null to fix the heads now. */
  readonly behind: readonly PartitionTarget[] | null;
}

/** Some logical times of a table, to be computed one after the other. */
export interface BatchTask {
  readonly table: string;
  readonly times: readonly string[];
  readonly again: boolean;
}

/** What became of the first of a task's logical times. */
export interface BatchReceipt {
  readonly computed: number;
  /** Times that had been computed from the same inputs. */
  readonly skipped: number;
  /** Rows that the computed times have. */
  readonly rows: number;
  /** Rows that are new, changed or gone. */
  readonly changed: number;
}

export type BatchState = 'starting' | 'waiting' | 'computing' | 'done';

/** The answer to the `status` query. */
export interface BatchStatus extends BatchReceipt {
  readonly table: string;
  readonly state: BatchState;
  /** How many logical times there are; `computed` and `skipped` of them are done. */
  readonly times: number;
  /** What the stream has not read yet, by partition. */
  readonly behind: readonly PartitionTarget[];
}

/** The result for one logical time. */
export interface BatchResult {
  readonly table: string;
  readonly at: string;
  readonly rows: number;
  readonly changed: number;
}

/** The result for a range. */
export interface BatchRangeResult extends BatchReceipt {
  readonly table: string;
  readonly from: string;
  readonly to: string;
  readonly again: boolean;
}
