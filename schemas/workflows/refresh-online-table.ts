import { z } from 'zod';
import { parseDuration } from '../../domain/time/duration.ts';
import { durationSchema } from '../values/duration.ts';
import { instantSchema } from '../values/instant.ts';

/** What a user starts `refreshOnlineTable` with: one JSON object. */
export const refreshOnlineTableInputSchema = z.strictObject({
  /** The online table's name. */
  table: z.string().min(1),
  /**
   * `triggered`: one sync of the keys that changed since the last; `snapshot`: one sync of every key; `continuous`:
   * a triggered sync every `trigger`, until it is drained.
   */
  mode: z.enum(['triggered', 'snapshot', 'continuous']).default('triggered'),
  /** The time from the start of one continuous sync to the start of the next. */
  trigger: durationSchema
    .refine((text) => (parseDuration(text) ?? 1_000_000n) >= 1_000_000n, {
      error: 'must be 1 second or longer',
    })
    .default('10 seconds'),
  /** Publish as if it were this moment in the past, to replay history; now unless said. */
  asOf: instantSchema.optional(),
  /** Continue as new after so many events of the workflow's history, even if the server does not ask for it yet. */
  maxHistoryEvents: z.int().min(50).max(20_000).default(4_000),
});

export type RefreshOnlineTableInput = z.input<typeof refreshOnlineTableInputSchema>;

/** The validated input with its defaults, ready for the workflow. */
export interface OnlineSettings {
  readonly table: string;
  readonly mode: 'triggered' | 'snapshot' | 'continuous';
  readonly triggerMs: number;
  readonly asOf: string | null;
  readonly maxHistoryEvents: number;
}

/** What one sync did. Without new writes there is nothing to publish, and what was published stays. */
export interface SyncReceipt {
  readonly published: boolean;
  readonly sync: number;
  /** The knowledge cut that is readable now, as a decimal text. */
  readonly sequence: string;
  readonly publishedAt: string;
  readonly keys: number;
  readonly rows: number;
}

export type OnlineState = 'starting' | 'syncing' | 'waiting' | 'paused' | 'done';

/** The answer to the `status` query, and the result of a refresh that came to its end. */
export interface OnlineStatus {
  readonly table: string;
  readonly state: OnlineState;
  /** How many syncs were asked for, by the trigger or by `runNow`. */
  readonly syncs: number;
  /** Keys and rows that were published in all. */
  readonly keys: number;
  readonly rows: number;
  readonly last: SyncReceipt | null;
  readonly nextSyncAt: string | null;
}
