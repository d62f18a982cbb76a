import { activityInfo, cancellationSignal } from '@temporalio/activity';
import { z } from 'zod';
import type { KafkaClient } from '../../adapters/kafka/client.ts';
import type { TopicReaders } from '../../adapters/kafka/topic-readers.ts';
import { withCurrentDefinitions } from '../../db/commits/source-revisions.ts';
import { loadStreamEngine } from '../../db/engine/load-engine.ts';
import { unfilledFields } from '../../db/log/gaps/field-gaps.ts';
import { loadRegistry } from '../../db/registry/registry.ts';
import type { Pool } from '../../db/sql/client.ts';
import { tablesToFill } from '../../db/tables/fills.ts';
import type { WriterSchemas } from '../../domain/log/formats/writer-schemas.ts';
import type { Namespace } from '../../domain/namespace.ts';
import { parseDuration, toMillis } from '../../domain/time/duration.ts';
import { parseInput } from '../../schemas/workflows/inputs.ts';
import type {
  ShardReceipt,
  ShardTask,
  StreamFeaturesInput,
  StreamPlan,
  StreamSettings,
} from '../../schemas/workflows/stream-features.ts';
import { reportProgress } from '../shared/progress.ts';
import { planTargets } from './plan-targets.ts';
import { Shard } from './shard.ts';

export interface StreamDependencies {
  readonly pool: Pool;
  readonly kafka: KafkaClient;
  readonly readers: TopicReaders;
  /** The schemas with which records were written. */
  readonly schemas: WriterSchemas;
  readonly namespace: Namespace;
}

/** How long an activity runs micro-batches before it reports to its workflow, in ms. */
const REPORT_EVERY_MS = 10_000;

const unfinishedSchema = z.object({ unfinished: z.int().positive() });

/** The records that the last attempt had begun to commit, from the details of its last heartbeat. */
function unfinishedIn(heartbeatDetails: unknown): number | undefined {
  return unfinishedSchema.safeParse(heartbeatDetails).data?.unfinished;
}

export function createStreamActivities(dependencies: StreamDependencies) {
  const { pool, kafka, readers, schemas, namespace } = dependencies;
  return {
    /**
     * Checks the input of the workflow against its schema and the registry.
     *
     * @throws AsofError `ASOF_INPUT_INVALID`, `ASOF_SOURCE_UNKNOWN` (not retried).
     */
    async openStream(input: StreamFeaturesInput): Promise<StreamSettings> {
      const { trigger, ...settings } = parseInput('streamFeatures', input);
      reportProgress('reading the registry');
      const { source } = await loadStreamEngine(pool, settings.source);
      return {
        ...settings,
        namespace: namespace.name,
        topic: source.topic,
        triggerMs: toMillis(parseDuration(trigger)!),
      };
    },

    /**
     * Fixes how far to read each partition now: from its cursor to the head.
     *
     * @throws AsofError `ASOF_TOPIC_MISSING`, `ASOF_TOPIC_RECREATED`, `ASOF_DATA_LOSS` (not retried).
     */
    async planStream(settings: StreamSettings): Promise<StreamPlan> {
      reportProgress('asking Kafka how far its topic goes');
      const { source, revision } = await loadStreamEngine(pool, settings.source);
      const targets = await planTargets(pool, kafka, source, settings.from);
      const fields = await unfilledFields(pool, source);
      return { targets, unfilled: await tablesToFill(pool, source.name), fields, revision };
    },

    /** Finds the source's tables that joined it later and are not filled yet. */
    async findUnfilled({ source }: StreamSettings): Promise<string[]> {
      reportProgress('reading the registry');
      return tablesToFill(pool, source);
    },

    /** Finds the fields that the source gained after it had been read and that are not filled yet. */
    async findUnfilledFields({ source }: StreamSettings): Promise<string[]> {
      reportProgress('reading the registry');
      return unfilledFields(pool, (await loadRegistry(pool)).source(source));
    },

    /**
     * Runs micro-batches for the partitions of a shard until they are at their targets (never, if it follows
     * the head), it is time to report, or the workflow or the worker asks for an end. Then reports what was
     * committed.
     */
    async readShard(task: ShardTask): Promise<ShardReceipt> {
      const { settings } = task;
      const { attempt, startToCloseTimeoutMs, ...info } = activityInfo();
      const startedAt = Date.now();
      const signal = cancellationSignal();
      const shard = new Shard(task, { attempt, unfinished: unfinishedIn(info.heartbeatDetails) });
      const read = async (): Promise<void> => {
        const reader = await readers.of(settings);
        const times = {
          reportAt: Date.now() + REPORT_EVERY_MS,
          endAt: startedAt + startToCloseTimeoutMs / 2,
        };
        await withCurrentDefinitions(async () => {
          const engine = await loadStreamEngine(pool, settings.source, schemas);
          // The last attempt may have failed because the plan no longer holds.
          if (attempt > 1) await planTargets(pool, kafka, engine.source, settings.from);
          await shard.run({ pool, reader, engine, signal }, times);
        });
      };
      try {
        await read();
      } catch (error) {
        if (!signal.aborted) throw error;
      }
      return shard.receipt;
    },
  };
}
