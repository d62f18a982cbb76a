import { z } from 'zod';
import { parseDuration } from '../../domain/time/duration.ts';
import { durationSchema } from '../values/duration.ts';
import { instantSchema } from '../values/instant.ts';

/** The input of `refreshOnlineTable`: one JSON object. */
export const refreshOnlineTableInputSchema = z.strictObject({
  /** The online table's name. */
  table: z.string().min(1),
  /**
   * `triggered`: one sync of the keys that changed since the last sync. `snapshot`: one sync of every key.
   * `continuous`: a triggered sync every `trigger`, until a drain.
   */
  mode: z.enum(['triggered', 'snapshot', 'continuous']).default('triggered'),
  /** The time from the start of one continuous sync to the start of the next. */
  trigger: durationSchema
    .refine((text) => (parseDuration(text) ?? 1_000_000n) >= 1_000_000n, {
      error: 'must be 1 second or longer',
    })
    .default('10 seconds'),
  /** A moment in the past to publish as of, to replay the past. Default: now. */
  asOf: instantSchema.optional(),
  /**
   * Continue as new after this number of events in the workflow history, or earlier if the server suggests
   * it.
   */
  maxHistoryEvents: z.int().min(50).max(20_000).default(4_000),
});

export type RefreshOnlineTableInput = z.input<typeof refreshOnlineTableInputSchema>;

/** What a run of the workflow hands to the next. */
export const onlineContinuationSchema = z.object({
  syncs: z.number(),
  keys: z.number(),
  rows: z.number(),
  last: z
    .object({
      published: z.boolean(),
      sync: z.number(),
      sequence: z.string(),
      publishedAt: z.string(),
      keys: z.number(),
      rows: z.number(),
    })
    .nullable() satisfies z.ZodType<SyncReceipt | null>,
  paused: z.boolean(),
  draining: z.boolean(),
});

/** The validated input of the workflow, with its defaults. */
export interface OnlineSettings {
  readonly table: string;
  readonly mode: 'triggered' | 'snapshot' | 'continuous';
  readonly triggerMs: number;
  readonly asOf: string | null;
  readonly maxHistoryEvents: number;
}

/** What one sync did. Without new writes it publishes nothing, and the last publication stays. */
export interface SyncReceipt {
  readonly published: boolean;
  readonly sync: number;
  /** The knowledge cut of the current publication, as a decimal text. */
  readonly sequence: string;
  readonly publishedAt: string;
  readonly keys: number;
  readonly rows: number;
}

export type OnlineState = 'starting' | 'syncing' | 'waiting' | 'paused' | 'done';

/** How far the refresh of an online table is: the answer to its `status` query, and its result. */
export interface OnlineStatus {
  readonly table: string;
  /** Null until the input has been checked. */
  readonly mode: OnlineSettings['mode'] | null;
  readonly state: OnlineState;
  /** The number of syncs that the trigger or `runNow` has started. */
  readonly syncs: number;
  /** The number of keys and rows of all publications. */
  readonly keys: number;
  readonly rows: number;
  readonly last: SyncReceipt | null;
  readonly nextSyncAt: string | null;
}
