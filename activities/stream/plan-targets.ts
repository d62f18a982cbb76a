import type { KafkaClient } from '../../adapters/kafka/client.ts';
import { type PartitionOffsets, partitionOffsets } from '../../adapters/kafka/topics.ts';
import { type Cursor, createCursors, readCursors } from '../../db/log/cursors.ts';
import type { Pool } from '../../db/sql/client.ts';
import { recordLoss } from '../../db/stream/record-loss.ts';
import { AsofError } from '../../domain/errors/asof-error.ts';
import type { EventSourceDefinition } from '../../domain/registry/definition.ts';
import type { PartitionTarget } from '../../schemas/workflows/stream-features.ts';

/**
 * Plans how far to read each partition. A source that was never read starts where `from` says. A partition
 * that is new to a source starts at its first record.
 *
 * @throws AsofError `ASOF_TOPIC_MISSING`, `ASOF_TOPIC_RECREATED`, `ASOF_DATA_LOSS`.
 */
export async function planTargets(
  pool: Pool,
  kafka: KafkaClient,
  source: EventSourceDefinition,
  from: 'earliest' | 'latest',
): Promise<PartitionTarget[]> {
  const offsets = await partitionOffsets(kafka, source.topic);
  const cursors = await cursorsFor(pool, source, offsets, from);
  const targets: PartitionTarget[] = [];
  for (const { partition, low, high } of offsets) {
    const cursor = cursors.find((candidate) => candidate.partition === partition)!;
    const next = await startAfterLoss(pool, source, cursor, { partition, low, high });
    targets.push({ partition, next: String(next), head: String(high) });
  }
  return targets;
}

async function cursorsFor(
  pool: Pool,
  source: EventSourceDefinition,
  offsets: readonly PartitionOffsets[],
  from: 'earliest' | 'latest',
): Promise<Cursor[]> {
  const existing = await readCursors(pool, source.name);
  const known = new Set(existing.map(({ partition }) => partition));
  const missing = offsets.filter(({ partition }) => !known.has(partition));
  if (missing.length === 0) return existing;
  const atHead = from === 'latest' && existing.length === 0;
  await createCursors(
    pool,
    source.name,
    missing.map(({ partition, low, high }) => ({ partition, offset: atHead ? high : low })),
  );
  return readCursors(pool, source.name);
}

/**
 * The offset of the cursor. If Kafka deleted records before they were read and the source goes on, the first
 * offset that is left.
 */
async function startAfterLoss(
  pool: Pool,
  source: EventSourceDefinition,
  cursor: Cursor,
  { partition, low, high }: PartitionOffsets,
): Promise<bigint> {
  const at = { source: source.name, topic: source.topic, partition, cursor: String(cursor.nextOffset) };
  if (cursor.nextOffset > high) {
    throw new AsofError(
      'ASOF_TOPIC_RECREATED',
      `topic '${source.topic}' partition ${partition} ends at offset ${high}, but '${source.name}' was read up to ${cursor.nextOffset}: ` +
        'the topic was deleted and made again. Nothing was read; give the source a new name, or empty it with: npx asof reset --yes',
      { details: { ...at, high: String(high) } },
    );
  }
  if (cursor.nextOffset >= low) return cursor.nextOffset;
  if (source.onDataLoss === 'stop') {
    throw new AsofError(
      'ASOF_DATA_LOSS',
      `topic '${source.topic}' partition ${partition} begins at offset ${low}, but '${source.name}' was read only up to ${cursor.nextOffset}: ` +
        `Kafka's retention deleted ${low - cursor.nextOffset} offsets before they were read. To go on without them, set onDataLoss: 'continue' on the source and apply`,
      { details: { ...at, low: String(low) } },
    );
  }
  await recordLoss(pool, source.name, cursor, low);
  return low;
}
