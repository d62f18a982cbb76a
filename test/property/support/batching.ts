import fc from 'fast-check';
import type { KafkaRecord } from '../../../domain/log/kafka-record.ts';
import type { MicroBatch, StreamEngine } from '../../../domain/stream/micro-batch.ts';
import { StreamStore } from './stream-store.ts';
import type { Stream } from './stream.ts';

/** A micro-batch of some shard: how many records it takes from which partitions, and whether it commits. */
export interface BatchStep {
  readonly partitions: readonly number[];
  readonly records: number;
  /**
   * `lost`: the attempt dies before the commit. `waits`: batches of other shards are folded before the
   * commit.
   */
  readonly fate: 'commits' | 'waits' | 'lost';
  /** The values of the rows of a page of its tiles. Omitted: all tiles are on one page. */
  readonly cellsPerPage?: number;
}

const cut: fc.Arbitrary<BatchStep> = fc.record({
  partitions: fc.subarray([0, 1, 2], { minLength: 1 }),
  records: fc.integer({ min: 1, max: 6 }),
  fate: fc.constantFrom('commits', 'waits', 'lost'),
  cellsPerPage: fc.constantFrom(1, 30, 100, Infinity),
});

export const batchings: fc.Arbitrary<BatchStep[]> = fc.array(cut, { maxLength: 16, size: 'max' });

/** The store after it took the log in these micro-batches and the rest of the log in a last one. */
export function runInBatches(
  stream: Stream,
  engine: StreamEngine,
  batchings: readonly BatchStep[],
): StreamStore {
  const store = new StreamStore(engine);
  const cursors = new Map<number, number>();
  const waiting: { partitions: readonly number[]; batch: MicroBatch; cellsPerPage?: number | undefined }[] =
    [];
  const commitWaiting = () =>
    waiting
      .splice(0)
      .reverse()
      .forEach(({ batch, cellsPerPage }) => store.commit(batch, cellsPerPage));

  const rest: BatchStep = { partitions: [0, 1, 2], records: Infinity, fate: 'commits' };
  for (const { partitions, records: count, fate, cellsPerPage } of [...batchings, rest]) {
    if (waiting.some((other) => other.partitions.some((partition) => partitions.includes(partition))))
      commitWaiting();
    const taken = partitions.map((partition) =>
      nextRecords(stream, partition, cursors.get(partition) ?? 0, count),
    );
    const records = taken.flat();
    const batch = engine.fold(records, store.watermarks(partitions), store.seen(records));
    if (fate === 'lost') continue;
    partitions.forEach((partition, index) => {
      cursors.set(partition, (cursors.get(partition) ?? 0) + taken[index]!.length);
    });
    waiting.push({ partitions, batch, cellsPerPage });
    if (fate === 'commits') commitWaiting();
  }
  return store;
}

/** The store after it took the whole log in one micro-batch. */
export function runAtOnce(stream: Stream, engine: StreamEngine): StreamStore {
  return runInBatches(stream, engine, []);
}

function nextRecords({ records }: Stream, partition: number, from: number, count: number): KafkaRecord[] {
  return records.filter((record) => record.partition === partition).slice(from, from + count);
}
