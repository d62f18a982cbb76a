import { z } from 'zod';
import { parseInstant } from '../../domain/time/instant.ts';
import { instantSchema } from '../values/instant.ts';

/** What a user, or the stream of the table's source, starts `backfillFeatures` with: one JSON object. */
export const backfillFeaturesInputSchema = z
  .strictObject({
    /** The stream table to fill, or to merge late events into. */
    table: z.string().min(1),
    /** Event times `[from, to)` of the late events to merge, widened to whole tiles; all of them unless said. */
    from: instantSchema.optional(),
    to: instantSchema.optional(),
    /** Whether to merge late events at all, or only to fill a table that joined its source later. */
    late: z.enum(['merge', 'leave']).default('merge'),
    /** How many events a step takes, one transaction each; a step takes whole tiles. */
    maxEvents: z.int().min(1).max(1_000_000).default(10_000),
  })
  .superRefine(({ from, to }, context) => {
    if (from !== undefined && to !== undefined && parseInstant(from)! >= parseInstant(to)!)
      context.addIssue({ code: 'custom', path: ['to'], message: 'must lie after from' });
  });

export type BackfillFeaturesInput = z.input<typeof backfillFeaturesInputSchema>;

/** The validated input, ready for the workflow; times are RFC 3339 in UTC. */
export interface BackfillSettings {
  readonly table: string;
  readonly source: string;
  readonly from: string | null;
  readonly to: string | null;
  readonly late: 'merge' | 'leave';
  readonly maxEvents: number;
  /** Late events of the range that there were to merge at the start. */
  readonly kept: number;
}

/** Counts of what a backfill did. */
export interface BackfillCounts {
  /** Transactions. */
  readonly chunks: number;
  /** Raw events that the table was filled from. */
  readonly filled: number;
  /** Late events that were merged into the windows they had missed. */
  readonly merged: number;
  /** Rows that are new or changed. */
  readonly rows: number;
}

/** Late events to merge, from a moment of event time on. */
export interface MergeTask {
  readonly settings: BackfillSettings;
  /** Where an earlier task has got to. */
  readonly reached: string | null;
}

/** What one activity did, and how far it has got. */
export interface BackfillReceipt {
  readonly counts: BackfillCounts;
  readonly done: boolean;
  /** RFC 3339; null where nothing was there to do. */
  readonly reached: string | null;
  /** Where a fill goes to. */
  readonly end: string | null;
}

export type BackfillState = 'starting' | 'filling' | 'merging' | 'done';

/** The answer to the `status` query. */
export interface BackfillStatus extends BackfillCounts {
  readonly table: string;
  readonly state: BackfillState;
  /** The event time that has been reached; null at the start. */
  readonly reached: string | null;
  /** The event time that the fill goes to, in state `filling`; else null. */
  readonly end: string | null;
  /** Late events of the range that there were to merge at the start. */
  readonly kept: number;
}

/** The result. */
export interface BackfillResult extends BackfillCounts {
  readonly table: string;
  readonly from: string | null;
  readonly to: string | null;
  readonly late: 'merge' | 'leave';
}
