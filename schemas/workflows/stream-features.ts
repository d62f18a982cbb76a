import { z } from 'zod';
import type { StreamCounts } from '../../domain/stream/stream-counts.ts';
import { durationSchema } from '../values/duration.ts';

/** What a user starts `streamFeatures` with: one JSON object. */
export const streamFeaturesInputSchema = z.strictObject({
  /** The event source to read. */
  source: z.string().min(1),
  /**
   * The time from the start of one micro-batch to the start of the next, when the stream is not behind. `0 seconds`
   * is continuous: each record is committed as soon as it comes.
   */
  trigger: durationSchema.default('5 minutes'),
  /** Where a source that was never read begins; a source that was goes on from its cursors. */
  from: z.enum(['earliest', 'latest']).default('latest'),
  /** Whether to stop at the head that the topic has at the start. */
  untilCaughtUp: z.boolean().default(false),
  /** How many activities read side by side, each a share of the partitions; any number of workers may run them. */
  shards: z.int().min(1).max(64).default(1),
  /** A micro-batch is committed when it has this many records, or this many bytes, or reaches the head. */
  maxRecords: z.int().min(1).max(1_000_000).default(100_000),
  maxBytes: z
    .int()
    .min(1)
    .default(64 * 1024 * 1024),
  /** Continue as new after so many events of the workflow's history, even if the server does not ask for it yet. */
  maxHistoryEvents: z.int().min(50).max(20_000).default(4_000),
});

export type StreamFeaturesInput = z.input<typeof streamFeaturesInputSchema>;

/** The validated input with its defaults, ready for the workflow. */
export interface StreamSettings {
  readonly source: string;
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

/** A partition's way to go: offsets as decimal texts, since JSON has no 64-bit integers. */
export interface PartitionTarget {
  readonly partition: number;
  readonly next: string;
  readonly head: string;
}

/** What a trigger finds: how far to read, and which of the source's tables joined it later and are not filled yet. */
export interface StreamPlan {
  readonly targets: readonly PartitionTarget[];
  readonly unfilled: readonly string[];
}

/** A shard: some partitions, and how far to read them. */
export interface ShardTask {
  readonly settings: StreamSettings;
  readonly targets: readonly PartitionTarget[];
  /** Whether to go on at the heads, wherever they go, instead of ending at the targets. */
  readonly follow: boolean;
}

/** What one activity did for its shard, and where its partitions stand now. */
export interface ShardReceipt {
  readonly counts: StreamCounts;
  readonly targets: readonly PartitionTarget[];
  /** The latest Kafka timestamp of a record that was committed; null where there was none. */
  readonly newestRecordAt: string | null;
}

export type StreamState =
  'starting' | 'reading' | 'following' | 'waiting' | 'paused' | 'draining' | 'filling' | 'done';

/** The answer to the `status` query, and the result of a stream that came to its end. */
export interface StreamStatus {
  readonly source: string;
  readonly state: StreamState;
  readonly totals: StreamCounts;
  /** Records between the cursors and the head as last seen. */
  readonly lag: number;
  /** Records a second, lately; null while unknown. */
  readonly rate: number | null;
  /** In how many seconds the head as last seen will be reached at that rate; null while unknown. */
  readonly secondsToHead: number | null;
  /** The latest Kafka timestamp of a record that was committed; null while unknown. */
  readonly newestRecordAt: string | null;
  readonly partitions: readonly PartitionTarget[];
  /** How many times the trigger has fired, or `runNow` was asked for. */
  readonly triggers: number;
  readonly nextTriggerAt: string | null;
}
