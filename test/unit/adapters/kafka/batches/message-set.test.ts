import { expect, test } from 'vitest';
import type { DecodedMessage } from '../../../../../adapters/kafka/batches/message.ts';
import { decodeRecordSet } from '../../../../../adapters/kafka/batches/record-set.ts';
import { compressedMessageOf, messageOf } from '../../../../support/records/message-set.ts';
import { batchOf, zstdBomb } from '../../../../support/records/record-batch.ts';

const [GZIP, ZSTD] = [1, 4];
const [KEY, VALUE] = [null, Buffer.from('v')];
const STAMPED_BY_BROKER = 0x08;
const good = (offset: bigint, format: 0 | 1 = 1) => messageOf({ offset, format, key: KEY, value: VALUE });
const around = (offset: bigint, value: Buffer | null, compression = GZIP) =>
  messageOf({ offset, format: 1, attributes: compression, timestamp: 7, key: KEY, value });

test.each([
  ['bytes that do not unpack', VALUE, GZIP, /offsets 1 to 5, gzip/],
  ['no bytes', null, GZIP, /offsets 1 to 5/],
  ['a compression that Kafka does not know', VALUE, 7, /compression 7 is unknown/],
  ['32 GiB', zstdBomb(256 * 1024), ZSTD, /more than 64 MiB/],
])('a message that holds %s stands for its offsets', async (_what, value, compression, words) => {
  const messages = await decodeRecordSet(Buffer.concat([good(0n), around(5n, value, compression), good(6n)]));
  expect(messages.map(what)).toEqual(['record 0', 'unreadable 1 to 5', 'record 6', 'end 6']);
  expect(messages[1]).toMatchObject({
    timestamp: '7',
    unreadable: { rejection: { detail: expect.stringMatching(words) as string } },
  });
});

test('the first message of a fetch stands for all offsets up to its own', async () => {
  const messages = await decodeRecordSet(around(5n, VALUE));
  expect(messages.map(what)).toEqual(['unreadable 0 to 5', 'end 5']);
  expect(messages[0]!.unreadable!.rejection.detail).toMatch(/offsets up to 5, gzip/);
});

test('a message whose inner offsets are not in order is damaged', async () => {
  const inner = [3n, 2n].map((offset) => ({ offset, format: 0 as const, key: KEY, value: VALUE }));
  const messages = await decodeRecordSet(await compressedMessageOf({ format: 0, compression: GZIP }, inner));
  expect(messages.map(what)).toEqual(['unreadable 0 to 2', 'end 2']);
});

test('the time of a broker that stamps holds for all inner messages', async () => {
  const inner = [2n, 3n].map((offset) => ({
    offset,
    format: 1 as const,
    timestamp: 1,
    key: KEY,
    value: VALUE,
  }));
  const outer = { format: 1 as const, compression: GZIP, attributes: STAMPED_BY_BROKER, timestamp: 9 };
  const messages = await decodeRecordSet(await compressedMessageOf(outer, inner));
  expect(messages.map(({ offset, timestamp }) => [offset, timestamp])).toEqual([
    ['2', '9'],
    ['3', '9'],
    ['3', undefined],
  ]);
});

test('a batch of the newest format is left to the next fetch', async () => {
  const batch = await batchOf({ from: 1n, lastOffsetDelta: 0 }, [
    { offsetDelta: 0, timestampDelta: 0, key: KEY, value: VALUE },
  ]);
  expect((await decodeRecordSet(Buffer.concat([good(0n, 0), batch]))).map(what)).toEqual([
    'record 0',
    'end 0',
  ]);
});

test('a first message with a length that cannot be is named', async () => {
  const message = good(7n);
  message.writeInt32BE(3, 8);
  await expect(decodeRecordSet(message)).rejects.toThrow(/batch at offset 7 has a length of 3 bytes/);
});

function what({ offset, unreadable, isEnd }: DecodedMessage): string {
  if (unreadable) return `unreadable ${unreadable.from} to ${offset}`;
  return isEnd ? `end ${offset}` : `record ${offset}`;
}
