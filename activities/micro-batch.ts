import type { OffsetRange, ReadLimits } from '../adapters/kafka/reading.ts';
import type { TopicReader } from '../adapters/kafka/topic-reader.ts';
import type { Pool } from '../db/client.ts';
import { commitMicroBatch } from '../db/commit-micro-batch.ts';
import { readCursors } from '../db/cursors.ts';
import type { LedgerEntry } from '../db/ledger.ts';
import type { RegisteredEngine } from '../db/registry.ts';
import type { MicroBatch } from '../domain/micro-batch.ts';
import { NO_COUNTS } from '../domain/stream-counts.ts';
import type { PartitionTarget, ShardReceipt } from '../schemas/stream-features.ts';

/**
 * One micro-batch: reads from the cursors as the database has them now, folds, commits. An earlier attempt may have
 * got further than the targets say; the cursors decide.
 */
export async function runMicroBatch(
  pool: Pool,
  reader: TopicReader,
  engine: RegisteredEngine,
  targets: readonly PartitionTarget[],
  limits: ReadLimits,
  signal: AbortSignal,
): Promise<ShardReceipt> {
  const cursors = new Map(
    (await readCursors(pool, engine.source.name)).map((cursor) => [cursor.partition, cursor]),
  );
  const wanted = targets
    .map(({ partition, head }) => ({ partition, from: cursors.get(partition)!.nextOffset, to: BigInt(head) }))
    .filter(({ from, to }) => from < to);
  if (wanted.length === 0)
    return { counts: NO_COUNTS, targets: targets.map((target) => ({ ...target, next: target.head })) };

  const { records, ranges } = await reader.read(wanted, limits, signal);
  const read = ranges.filter(({ from, to }) => from < to);
  const watermarks = new Map(read.map(({ partition }) => [partition, cursors.get(partition)!.watermark]));
  const batch = engine.fold(records, watermarks);
  const rows = await commitMicroBatch(pool, engine, batch, ledgerEntries(batch, read));
  return {
    counts: {
      microBatches: 1,
      records: records.length,
      raw: batch.raw.length,
      deadLetters: batch.deadLetters.length,
      late: new Set(batch.late.map(({ event }) => event)).size,
      rows,
    },
    targets: targets.map((target) => {
      const range = ranges.find(({ partition }) => partition === target.partition);
      return { ...target, next: range ? String(range.to) : target.head };
    }),
  };
}

export function ledgerEntries(batch: MicroBatch, ranges: readonly OffsetRange[]): LedgerEntry[] {
  return ranges.map((range) => ({
    ...range,
    watermark: batch.watermarks.get(range.partition),
    raw: batch.raw.filter(({ event }) => event.partition === range.partition).length,
    deadLetters: batch.deadLetters.filter(({ record }) => record.partition === range.partition).length,
    late: new Set(
      batch.late.filter(({ event }) => event.partition === range.partition).map(({ event }) => event),
    ).size,
    lost: 0n,
  }));
}
