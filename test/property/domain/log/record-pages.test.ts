import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { KafkaRecord } from '../../../../domain/log/kafka-record.ts';
import { recordPages } from '../../../../domain/log/record-pages.ts';
import { forAll } from '../../support/for-all.ts';

const LIMIT = 100;
const bytes = fc.option(
  fc.nat({ max: 60 }).map((length) => new Uint8Array(length)),
  { nil: null },
);

const records: fc.Arbitrary<KafkaRecord[]> = fc.array(
  fc.record({
    partition: fc.constant(0),
    offset: fc.bigInt({ min: 0n, max: 9n }),
    kafkaTs: fc.constant(null),
    key: bytes,
    value: bytes,
    envelope: bytes.map((some) => some ?? undefined),
    headers: fc.option(
      bytes.map((some) => new Map([['a', some]])),
      { nil: undefined },
    ),
  }),
);

test('pages hold all records in order, and at most the bytes of a page unless one record has more', () => {
  forAll(records, (all) => {
    const pages = [...recordPages(all, (record) => record, LIMIT)];
    expect(pages.flat()).toEqual(all);
    pages.forEach((page, index) => {
      expect(page.length).toBeGreaterThan(0);
      if (page.length > 1) expect(total(page)).toBeLessThanOrEqual(LIMIT);
      const next = pages[index + 1]?.[0];
      if (next) expect(total([...page, next])).toBeGreaterThan(LIMIT);
    });
  });
});

function total(records: readonly KafkaRecord[]): number {
  let sum = 0;
  for (const { key, value, envelope, headers } of records)
    sum += [key, value, envelope, headers?.get('a')].reduce((all, one) => all + (one?.length ?? 0), 0);
  return sum;
}
