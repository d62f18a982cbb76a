import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ReadPart, halves } from '../../../../activities/stream/read-part.ts';
import type { KafkaRecord } from '../../../../domain/log/kafka-record.ts';
import { forAll } from '../../support/for-all.ts';

/** Records of some partitions in any interleaving, with offsets that have no record. */
const reads = fc
  .array(fc.record({ partition: fc.nat(3), gap: fc.nat(2) }), { minLength: 2, maxLength: 40 })
  .map((steps): ReadPart => {
    const next = new Map([0, 1, 2, 3].map((partition) => [partition, 10n]));
    const records = steps.map(({ partition, gap }): KafkaRecord => {
      const offset = next.get(partition)! + BigInt(gap);
      next.set(partition, offset + 1n);
      return { partition, offset, kafkaTs: 0n, key: null, value: null };
    });
    const ranges = [...next].map(([partition, to]) => ({ partition, from: 10n, to: to + BigInt(partition) }));
    return { records, ranges };
  });

test('the halves have the records in order, half each, and their ranges join without gap or overlap', () => {
  forAll(reads, (read) => {
    const [first, second] = halves(read);
    expect([...first.records, ...second.records]).toEqual(read.records);
    expect(first.records.length).toBe(Math.floor(read.records.length / 2));
    read.ranges.forEach((range, index) => {
      const [a, b] = [first.ranges[index]!, second.ranges[index]!];
      expect([a.partition, b.partition]).toEqual([range.partition, range.partition]);
      expect([a.from, a.to, b.to]).toEqual([range.from, b.from, range.to]);
    });
    for (const { records, ranges } of [first, second])
      expect(records.every((one) => isIn(one, ranges))).toBe(true);
  });
});

function isIn({ partition, offset }: KafkaRecord, ranges: ReadPart['ranges']): boolean {
  return ranges.some((range) => range.partition === partition && offset >= range.from && offset < range.to);
}
