import { z } from 'zod';
import type { StreamCounts } from '../../domain/stream/stream-counts.ts';
import { durationSchema } from '../values/duration.ts';

/** The input of `streamFeatures`: one JSON object. */
export const streamFeaturesInputSchema = z.strictObject({
  /** The event source to read. */
  source: z.string().min(1),
  /**
   * The time from the start of one micro-batch to the start of the next, while the stream is not behind. `0
   * seconds` is continuous: the stream commits each record as soon as it arrives.
   */
  trigger: durationSchema.default('5 minutes'),
  /** Where to begin a source that was never read. Otherwise the stream resumes at its cursors. */
  from: z.enum(['earliest', 'latest']).default('latest'),
  /** Whether to stop at the topic's head as of the start. */
  untilCaughtUp: z.boolean().default(false),
  /**
   * The number of activities that read in parallel, each its share of the partitions. Any worker can run
   * them.
   */
  shards: z.int().min(1).max(64).default(1),
  /** A micro-batch ends at this number of records, at this number of bytes, or at the head. */
  maxRecords: z.int().min(1).max(1_000_000).default(100_000),
  maxBytes: z
    .int()
    .min(1)
    .default(64 * 1024 * 1024),
  /**
   * Continue as new after this number of events in the workflow history, or earlier if the server suggests
   * it.
   */
  maxHistoryEvents: z.int().min(50).max(20_000).default(4_000),
});

export type StreamFeaturesInput = z.input<typeof streamFeaturesInputSchema>;

/** What a run of the workflow hands to the next. A count that an older run did not know may be missing. */
export const streamContinuationSchema = z.object({
  totals: z.record(z.string(), z.union([z.number(), z.record(z.string(), z.number())])),
  triggers: z.number(),
  newestRecordAt: z.string().nullable(),
  maxRecords: z.record(z.string(), z.number()).optional(),
  failedFills: z
    .object({
      revision: z.string().optional(),
      fills: z.array(z.object({ table: z.string(), reason: z.string() })),
    })
    .optional(),
  paused: z.boolean(),
  draining: z.boolean(),
});

/** The validated input of the workflow, with its defaults. */
export interface StreamSettings {
  readonly source: string;
  /** The namespace of the deployment. Omitted by workers of before there were namespaces. */
  readonly namespace?: string;
  readonly topic: string;
  /** 0: continuous. */
  readonly triggerMs: number;
  readonly from: 'earliest' | 'latest';
  readonly untilCaughtUp: boolean;
  readonly shards: number;
  readonly maxRecords: number;
  readonly maxBytes: number;
  readonly maxHistoryEvents: number;
}

/** How far to read a partition: offsets as decimal texts, since JSON has no 64-bit integers. */
export interface PartitionTarget {
  readonly partition: number;
  readonly next: string;
  readonly head: string;
}

/** What a trigger plans: how far to read, and which tables and fields of the source still need a fill. */
export interface StreamPlan {
  readonly targets: readonly PartitionTarget[];
  readonly unfilled: readonly string[];
  /** The fields. Omitted by workers of before fields were filled. */
  readonly fields?: readonly string[] | undefined;
  /** The revision of the source's definitions. Omitted by workers of before it was planned with. */
  readonly revision?: string | undefined;
}

/** A fill of a table that has failed, so that it is not started again before something changes. */
export interface FailedFill {
  readonly table: string;
  /** Why, and what to do. */
  readonly reason: string;
}

/** The work of one shard: its partitions, and how far to read them. */
export interface ShardTask {
  readonly settings: StreamSettings;
  readonly targets: readonly PartitionTarget[];
  /** Whether to follow the heads instead of ending at the targets. */
  readonly follow: boolean;
  /** The number of records with which to begin, as earlier shards found it. Default: that of the settings. */
  readonly maxRecords?: number;
}

/** What one activity returns: what it did for its shard, and how far its partitions are read. */
export interface ShardReceipt {
  readonly counts: StreamCounts;
  readonly targets: readonly PartitionTarget[];
  /** The latest Kafka timestamp of a committed record. Null without records. */
  readonly newestRecordAt: string | null;
  /** The number of records that its next micro-batch takes. Omitted by workers of before it was handed on. */
  readonly maxRecords?: number;
}

export type StreamState =
  'starting' | 'reading' | 'following' | 'waiting' | 'paused' | 'draining' | 'filling' | 'done';

/** The answer to the `status` query, and the result of the workflow. */
export interface StreamStatus {
  readonly source: string;
  readonly state: StreamState;
  readonly totals: StreamCounts;
  /** The number of offsets between the cursors and the heads, as of the last check. */
  readonly lag: number;
  /** The recent rate in records per second. Null while unknown. */
  readonly rate: number | null;
  /** The number of seconds to the heads at that rate. Null while unknown. */
  readonly secondsToHead: number | null;
  /** The latest Kafka timestamp of a committed record. Null while unknown. */
  readonly newestRecordAt: string | null;
  readonly partitions: readonly PartitionTarget[];
  /** The number of starts by the trigger or by `runNow`. */
  readonly triggers: number;
  readonly nextTriggerAt: string | null;
  /** The fills that have failed, and that the stream does not start again before the definitions change. */
  readonly failedFills: readonly FailedFill[];
  /** Why the fill of the fields that the source has gained failed. Null: it has not. */
  readonly failedFields: string | null;
}
