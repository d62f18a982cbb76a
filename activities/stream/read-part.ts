import type { OffsetRange, ReadResult } from '../../adapters/kafka/reading.ts';
import type { KafkaRecord } from '../../domain/log/kafka-record.ts';

/** Records that were read, and the offsets that they cover. */
export type ReadPart = Pick<ReadResult, 'records' | 'ranges'>;

/**
 * Divides what was read into two parts with half of the records each. There must be at least two records.
 */
export function halves(read: ReadPart): [ReadPart, ReadPart] {
  return cutAfter(read, Math.floor(read.records.length / 2));
}

/**
 * Divides what was read after some records, of which there are more. The second part goes on where the first
 * ends, in each partition.
 */
export function cutAfter({ records, ranges }: ReadPart, count: number): [ReadPart, ReadPart] {
  const rest = records.slice(count);
  const cuts = firstOffsets(rest);
  const cutOf = ({ partition, to }: OffsetRange): bigint => cuts.get(partition) ?? to;
  return [
    { records: records.slice(0, count), ranges: ranges.map((range) => ({ ...range, to: cutOf(range) })) },
    { records: rest, ranges: ranges.map((range) => ({ ...range, from: cutOf(range) })) },
  ];
}

/** By partition: the offset of its first record. */
function firstOffsets(records: readonly KafkaRecord[]): Map<number, bigint> {
  const first = new Map<number, bigint>();
  for (const { partition, offset } of records) if (!first.has(partition)) first.set(partition, offset);
  return first;
}
