import { createRequire } from 'node:module';
import type { Batch } from 'kafkajs';
import { expect, test } from 'vitest';
import { decodeRecordSet } from '../../../../adapters/kafka/batches/record-set.ts';
import { consumerNext, toFetched } from '../../../../adapters/kafka/to-fetched.ts';
import { batchAround, batchOf, withAttributes } from '../../../support/records/record-batch.ts';

const require = createRequire(import.meta.url);
const KafkajsBatch = require('kafkajs/src/consumer/batch') as new (
  topic: string,
  fetchedOffset: string,
  partition: object,
) => Batch;

const [TRANSACTIONAL, CONTROL] = [0x10, 0x20];
const value = Buffer.from('v');
const records = [0, 1, 2].map((offsetDelta) => ({ offsetDelta, timestampDelta: 0, key: null, value }));
const good = (from: bigint, timestamp = 1_000) => batchOf({ from, lastOffsetDelta: 2, timestamp }, records);
const damaged = (from: bigint, lastOffsetDelta: number, flags = 0) =>
  batchAround(
    { from, lastOffsetDelta, timestamp: 2_000, compression: flags },
    { count: 1, records: Buffer.alloc(3) },
  );

test('a fetch from within a batch has the records from there on', async () => {
  const fetched = await fetch(1n, [await good(0n), await good(5n)]);
  expect(fetched).toMatchObject({ partition: 3, from: 1n, next: 8n });
  expect(offsets(fetched)).toEqual([1, 2, 5, 6, 7]);
  expect(fetched.records[0]).toEqual({ partition: 3, offset: 1n, kafkaTs: 1_000_000n, key: null, value });
});

test('a fetch of absent records alone arrives, and says from where to where it goes', async () => {
  const marker = batchAround(
    { from: 13n, lastOffsetDelta: 0, compression: TRANSACTIONAL | CONTROL },
    {
      count: 1,
      records: Buffer.from([0x14, 0, 0, 0, 8, 0, 0, 0, 0, 1, 0]),
    },
  );
  const aborted = withAttributes(await good(10n), TRANSACTIONAL);
  expect(await fetch(8n, [aborted, marker], [{ producerId: '-1', firstOffset: '10' }])).toEqual({
    partition: 3,
    from: 8n,
    next: 14n,
    records: [],
  });
});

test('each offset of a batch that cannot be read is a record that says so', async () => {
  const fetched = await fetch(4n, [damaged(3n, 3), await good(7n)]);
  expect(offsets(fetched)).toEqual([4, 5, 6, 7, 8, 9]);
  expect(fetched.records[0]).toMatchObject({
    offset: 4n,
    kafkaTs: 2_000_000n,
    key: null,
    value: null,
    unreadable: { reason: 'damaged_batch' },
  });
  expect(fetched.records[3]).not.toHaveProperty('unreadable');
});

test('a batch of an aborted transaction that cannot be read is absent', async () => {
  const transactions = [{ producerId: '-1', firstOffset: '3' }];
  const fetched = await fetch(3n, [damaged(3n, 3, TRANSACTIONAL)], transactions);
  expect(fetched).toEqual({ partition: 3, from: 3n, next: 7n, records: [] });
});

test('a fetch ends after ten thousand records that cannot be read, and not beyond the head', async () => {
  const large = damaged(0n, 2 ** 31 - 1);
  const first = await fetch(0n, [large], [], 12_000n);
  expect([first.next, first.records.length]).toEqual([10_000n, 10_000]);
  const second = await fetch(10_000n, [large], [], 12_000n);
  expect([second.next, second.records.length]).toEqual([12_000n, 2_000]);
});

test.each([
  [-1, null],
  [0, 0n],
  [1_780_304_399, 1_780_304_399_000n],
  [2 ** 60, 253_402_300_799_999_000n],
])('a Kafka timestamp of %i is %s', async (timestamp, kafkaTs) => {
  expect((await fetch(0n, [await good(0n, timestamp)])).records[0]!.kafkaTs).toBe(kafkaTs);
});

async function fetch(
  from: bigint,
  batches: readonly Buffer[],
  abortedTransactions: readonly object[] = [],
  highWatermark = 1_000n,
) {
  const messages = await decodeRecordSet(Buffer.concat(batches));
  const data = { partition: 3, highWatermark: String(highWatermark), abortedTransactions, messages };
  const batch = new KafkajsBatch('topic', String(from), data);
  expect(batch.isEmpty()).toBe(false);
  expect(consumerNext(batch)).toBe(BigInt(messages.at(-1)!.offset) + 1n);
  return toFetched(batch);
}

function offsets({ records }: ReturnType<typeof toFetched>): number[] {
  return records.map(({ offset }) => Number(offset));
}
