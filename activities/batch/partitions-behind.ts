import type { KafkaClient } from '../../adapters/kafka/client.ts';
import { partitionOffsets } from '../../adapters/kafka/topics.ts';
import { readCursors } from '../../db/log/cursors.ts';
import type { Pool } from '../../db/sql/client.ts';
import { parseInstant } from '../../domain/time/instant.ts';
import type { StreamWait } from '../../schemas/workflows/compute-batch-features.ts';
import type { PartitionTarget } from '../../schemas/workflows/stream-features.ts';

/**
 * Finds the partitions that may have unread events before the logical time: those with a watermark
 * before it and a cursor before the head. The heads are those of the first call, which comes when the clock
 * has passed the logical time plus the allowed lateness. So a partition that never gets a record holds
 * nothing up.
 */
export async function partitionsBehind(
  pool: Pool,
  kafka: KafkaClient,
  { source, topic, at, behind }: StreamWait,
): Promise<PartitionTarget[]> {
  const last = parseInstant(at)!;
  const targets = behind ?? (await headsOf(kafka, topic));
  const cursors = await readCursors(pool, source);
  return targets.flatMap(({ partition, next, head }) => {
    const cursor = cursors.find((candidate) => candidate.partition === partition);
    const hasPassed = cursor?.watermark !== undefined && cursor.watermark >= last;
    const reached = cursor?.nextOffset ?? BigInt(next);
    return hasPassed || reached >= BigInt(head) ? [] : [{ partition, next: String(reached), head }];
  });
}

/** Reads the heads. A partition that was never read begins at its first record. */
async function headsOf(kafka: KafkaClient, topic: string): Promise<PartitionTarget[]> {
  const offsets = await partitionOffsets(kafka, topic);
  return offsets.map(({ partition, low, high }) => ({ partition, next: String(low), head: String(high) }));
}
