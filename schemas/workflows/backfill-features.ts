import { z } from 'zod';
import { parseInstant } from '../../domain/time/instant.ts';
import { instantSchema } from '../values/instant.ts';

/** The input of `backfillFeatures`, from a user or from the stream of the table's source: one JSON object. */
export const backfillFeaturesInputSchema = z
  .strictObject({
    /** The stream table to fill, and to merge kept late events into. */
    table: z.string().min(1),
    /** The event times `[from, to)` of the late events to merge, widened to tile bounds. Default: all. */
    from: instantSchema.optional(),
    to: instantSchema.optional(),
    /** `leave`: only fill a table that joined its source after it had been read, and merge no late events. */
    late: z.enum(['merge', 'leave']).default('merge'),
    /** The number of events in a step. Each step is one transaction and takes whole tiles. */
    maxEvents: z.int().min(1).max(1_000_000).default(10_000),
  })
  .superRefine(({ from, to }, context) => {
    if (from !== undefined && to !== undefined && parseInstant(from)! >= parseInstant(to)!)
      context.addIssue({ code: 'custom', path: ['to'], message: 'must lie after from' });
  });

export type BackfillFeaturesInput = z.input<typeof backfillFeaturesInputSchema>;

/** What a run of the workflow hands to the next. */
export const backfillContinuationSchema = z.object({
  settings: z.object({
    table: z.string(),
    source: z.string(),
    from: z.string().nullable(),
    to: z.string().nullable(),
    late: z.enum(['merge', 'leave']),
    maxEvents: z.number(),
    kept: z.number(),
    lost: z.number(),
  }) satisfies z.ZodType<BackfillSettings>,
  counts: z.object({
    chunks: z.number(),
    filled: z.number(),
    merged: z.number(),
    rows: z.number(),
  }) satisfies z.ZodType<BackfillCounts>,
  filled: z.boolean(),
  reached: z.string().nullable(),
  stepEvents: z.number().optional(),
});

/** The validated input of the workflow. Times are RFC 3339 in UTC. */
export interface BackfillSettings {
  readonly table: string;
  readonly source: string;
  readonly from: string | null;
  readonly to: string | null;
  readonly late: 'merge' | 'leave';
  readonly maxEvents: number;
  /** The number of kept late events in the range at the start. */
  readonly kept: number;
  /** The number of further ones, of which retention has removed the raw events or tiles. They stay out. */
  readonly lost: number;
}

/** What a backfill did, in numbers. */
export interface BackfillCounts {
  /** The number of steps; each is one transaction. */
  readonly chunks: number;
  /** The number of raw events that the fill read. */
  readonly filled: number;
  /** The number of late events that were merged into the windows that they had missed. */
  readonly merged: number;
  /** The number of new or changed rows. */
  readonly rows: number;
}

/** A fill that begins, or resumes where the database says that it is. */
export interface FillTask extends BackfillSettings {
  /** The number of events with which to begin, as the earlier tasks found it. Default: `maxEvents`. */
  readonly stepEvents?: number | undefined;
}

/** A late merge that begins or resumes at an event time. */
export interface MergeTask {
  readonly settings: BackfillSettings;
  /** As in {@link FillTask}. */
  readonly stepEvents?: number | undefined;
  /** The event time that the earlier tasks have reached. Null at the start. */
  readonly reached: string | null;
}

/** What one activity returns: what it did, and how far it got. */
export interface BackfillReceipt {
  readonly counts: BackfillCounts;
  readonly done: boolean;
  /** The event time that is reached, in RFC 3339. Null if there was nothing to do. */
  readonly reached: string | null;
  /** The event time at which the fill ends. Null for a late merge. */
  readonly end: string | null;
  /** The number of events of its next step. Omitted by workers of before it was handed on. */
  readonly stepEvents?: number | undefined;
}

export type BackfillState = 'starting' | 'filling' | 'merging' | 'done';

/** How far a backfill is: the answer to its `status` query. */
export interface BackfillStatus extends BackfillCounts {
  readonly table: string;
  readonly state: BackfillState;
  /** The event time that is reached. Null at the start. */
  readonly reached: string | null;
  /** The event time at which the fill ends. Null unless the state is `filling`. */
  readonly end: string | null;
  /** The number of kept late events in the range at the start. */
  readonly kept: number;
}

/** The result of `backfillFeatures`. */
export interface BackfillResult extends BackfillCounts {
  readonly table: string;
  readonly from: string | null;
  readonly to: string | null;
  readonly late: 'merge' | 'leave';
  /** The number of kept late events that stay out, because retention has removed what they need. */
  readonly lost: number;
}
