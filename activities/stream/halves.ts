import type { OffsetRange } from '../../adapters/kafka/reading.ts';
import type { KafkaRecord } from '../../domain/log/kafka-record.ts';
import type { ReadPart } from './fold-micro-batch.ts';

/**
 * Divides what was read into two parts with half of the records each. The second part goes on where the first
 * ends, in each partition. There must be at least two records.
 */
export function halves({ records, ranges }: ReadPart): [ReadPart, ReadPart] {
  const middle = Math.floor(records.length / 2);
  const rest = records.slice(middle);
  const cuts = firstOffsets(rest);
  const cutOf = ({ partition, to }: OffsetRange): bigint => cuts.get(partition) ?? to;
  return [
    { records: records.slice(0, middle), ranges: ranges.map((range) => ({ ...range, to: cutOf(range) })) },
    { records: rest, ranges: ranges.map((range) => ({ ...range, from: cutOf(range) })) },
  ];
}

/** By partition: the offset of its first record. */
function firstOffsets(records: readonly KafkaRecord[]): Map<number, bigint> {
  const first = new Map<number, bigint>();
  for (const { partition, offset } of records) if (!first.has(partition)) first.set(partition, offset);
  return first;
}
