import { ledgerEntries, seenBefore } from '../../../activities/stream/fold-micro-batch.ts';
import { loadStreamEngine } from '../../../db/engine/load-engine.ts';
import { createCursors, readCursors } from '../../../db/log/cursors.ts';
import { commitMicroBatch } from '../../../db/stream/commit-micro-batch.ts';
import { NOTHING_SEEN } from '../../../domain/log/deduplication.ts';
import type { KafkaRecord } from '../../../domain/log/kafka-record.ts';
import { fromMillis } from '../../../domain/time/instant.ts';
import type { Project } from './project.ts';

/** Creates cursors at offset 0 of every partition, as a stream that begins at the earliest record does. */
export async function createProjectCursors({ pool, source }: Project, partitions: number): Promise<void> {
  const starts = Array.from({ length: partitions }, (_, partition) => ({ partition, offset: 0n }));
  await createCursors(pool, source, starts);
}

/** Records of one partition from offset `from` on, all with the Kafka timestamp 2026-03-01T12:30:00Z. */
export function records(partition: number, from: number, events: readonly object[]): KafkaRecord[] {
  return events.map((event, index) => ({
    partition,
    offset: BigInt(from + index),
    kafkaTs: fromMillis(Date.parse('2026-03-01T12:30:00Z')),
    key: null,
    value: new TextEncoder().encode(JSON.stringify(event)),
  }));
}

/** Commits a micro-batch of one partition as the stream does, without Kafka. */
export async function commitEvents(
  { pool, source }: Project,
  partition: number,
  from: number,
  events: readonly object[],
): Promise<number> {
  const engine = await loadStreamEngine(pool, source);
  const cursors = await readCursors(pool, source);
  const watermark = cursors.find((cursor) => cursor.partition === partition)?.watermark;
  const taken = records(partition, from, events);
  const seen = await seenBefore(pool, engine, taken, NOTHING_SEEN);
  const batch = engine.fold(taken, new Map([[partition, watermark]]), seen);
  const range = { partition, from: BigInt(from), to: BigInt(from + events.length) };
  const { rows } = await commitMicroBatch(pool, engine, batch, ledgerEntries(batch, [range]));
  return rows;
}
