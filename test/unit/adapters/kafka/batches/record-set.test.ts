import { describe, expect, test } from 'vitest';
import type { DecodedMessage } from '../../../../../adapters/kafka/batches/message.ts';
import { decodeRecordSet } from '../../../../../adapters/kafka/batches/record-set.ts';
import { codecOf } from '../../../../../adapters/kafka/compression/codecs.ts';
import { MAX_UNPACKED_BYTES } from '../../../../../adapters/kafka/compression/unpacked-size.ts';
import { batchAround, batchOf, zstdBomb } from '../../../../support/records/record-batch.ts';

const [GZIP, ZSTD] = [1, 4];
const record = { offsetDelta: 0, timestampDelta: 0, key: null, value: Buffer.from('v') };
const good = (from: bigint) => batchOf({ from, lastOffsetDelta: 0 }, [record]);

test('a batch of 1 MiB that unpacks to 32 GiB stands for its offsets, and those beside it are read', async () => {
  const bomb = batchAround(
    { from: 1n, lastOffsetDelta: 9, compression: ZSTD },
    { count: 10, records: zstdBomb(256 * 1024) },
  );
  const messages = await decodeRecordSet(Buffer.concat([await good(0n), bomb, await good(11n)]));
  expect(messages.map(what)).toEqual([
    'record 0',
    'end 0',
    'unreadable 1 to 10',
    'end 10',
    'record 11',
    'end 11',
  ]);
  expect(messages[2]!.unreadable!.rejection).toEqual({
    reason: 'too_large_batch',
    detail:
      'the record is in a batch (offsets 1 to 10, zstd) that unpacks to more than 64 MiB, so Asof did not read it. Have the producer write these records again in smaller batches',
  });
});

test('a batch of more records than memory holds is not read', async () => {
  const batch = batchAround(
    { from: 0n, lastOffsetDelta: 2 ** 31 - 1 },
    { count: 2 ** 31 - 1, records: Buffer.alloc(9) },
  );
  const messages = await decodeRecordSet(batch);
  expect(messages.map(what)).toEqual(['unreadable 0 to 2147483647', 'end 2147483647']);
  expect(messages[0]!.unreadable!.rejection).toMatchObject({
    reason: 'too_large_batch',
    detail: expect.stringMatching(/2147483647 records, more than 1000000/) as string,
  });
});

describe('a damaged batch', () => {
  const at = (offsetDelta: number) => [0x0c, 0, 0, offsetDelta * 2, 1, 1, 0];
  const around = (count: number, ...records: number[][]) =>
    batchAround({ from: 5n, lastOffsetDelta: 1 }, { count, records: Buffer.from(records.flat()) });
  const compressed = (compression: number | undefined) =>
    batchAround({ from: 5n, lastOffsetDelta: 1, compression }, { count: 1, records: Buffer.from(at(0)) });

  test.each([
    ['records in the wrong order', around(2, at(1), at(0)), /offsets are not in order/],
    ['two records at an offset', around(2, at(0), at(0)), /offsets are not in order/],
    ['a record beyond its last offset', around(1, at(2)), /offsets are not in order/],
    ['fewer bytes than records', around(2, at(0)), /ends too soon/],
    ['more bytes than records', around(1, at(0), at(1)), /longer than its records/],
    ['a record of no bytes', around(1, [0]), /ends too soon/],
    ['a value that is longer than its record', around(1, [0x0c, 0, 0, 0, 1, 0x7e, 0]), /ends too soon/],
    ['a number without an end', around(1, Array<number>(20).fill(0xff)), /too long/],
    ['a compression that Kafka does not have', compressed(7), /compression 7 is unknown/],
    ['bytes that are not compressed', compressed(GZIP), /gzip/],
  ])('has %s', async (_what, batch, detail) => {
    const messages = await decodeRecordSet(Buffer.concat([batch, await good(7n)]));
    expect(messages.map(what)).toEqual(['unreadable 5 to 6', 'end 6', 'record 7', 'end 7']);
    const { reason, detail: text } = messages[0]!.unreadable!.rejection;
    expect(reason).toBe('damaged_batch');
    expect(text).toMatch(detail);
  });

  test('ends before the next batch, whatever its header says', async () => {
    const damaged = batchAround(
      { from: 5n, lastOffsetDelta: 1_000_000 },
      { count: 2, records: Buffer.alloc(3) },
    );
    const messages = await decodeRecordSet(Buffer.concat([damaged, await good(7n)]));
    expect(messages.map(what)).toEqual(['unreadable 5 to 6', 'end 6', 'record 7', 'end 7']);
  });

  test('without an end is an error that says what to do', async () => {
    const batch = batchAround({ from: 5n, lastOffsetDelta: 0 }, { count: 0, records: Buffer.alloc(0) });
    batch.writeInt32BE(-12, 8);
    await expect(decodeRecordSet(batch)).rejects.toThrow(
      /batch at offset 5 has a length of -12.*kafka-delete-records/,
    );
  });
});

test('a set that would unpack to many times the bound is decoded in several fetches', async () => {
  const value = Buffer.alloc(MAX_UNPACKED_BYTES - 1_000);
  const records = await codecOf(ZSTD)!.compress({ buffer: recordOf(value) });
  const batches = [0n, 1n, 2n].map((from) =>
    batchAround({ from, lastOffsetDelta: 0, compression: ZSTD }, { count: 1, records }),
  );
  const messages = await decodeRecordSet(Buffer.concat(batches));
  expect(messages.map(what)).toEqual(['record 0', 'end 0', 'record 1', 'end 1']);
});

test('a batch that compaction has emptied ends at its last offset', async () => {
  const empty = batchAround({ from: 3n, lastOffsetDelta: 4 }, { count: 0, records: Buffer.alloc(0) });
  expect((await decodeRecordSet(empty)).map(what)).toEqual(['end 7']);
});

function what({ offset, isEnd, unreadable }: DecodedMessage): string {
  if (unreadable) return `unreadable ${unreadable.from} to ${offset}`;
  return `${isEnd ? 'end' : 'record'} ${offset}`;
}

/** A record without a key. */
function recordOf(value: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from([0, 0, 0, 1]), varint(value.length), value, Buffer.from([0])]);
  return Buffer.concat([varint(body.length), body]);
}

function varint(length: number): Buffer {
  const bytes: number[] = [];
  let rest = length * 2;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return Buffer.from([...bytes, rest]);
}
