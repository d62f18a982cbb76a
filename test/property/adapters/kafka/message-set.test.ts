import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DecodedMessage } from '../../../../adapters/kafka/batches/message.ts';
import { decodeRecordSet } from '../../../../adapters/kafka/batches/record-set.ts';
import { registerCodecs } from '../../../../adapters/kafka/compression/codecs.ts';
import {
  type OldRecord,
  compressedMessageOf,
  decodeMessagesByKafkajs,
  messageOf,
} from '../../../support/records/message-set.ts';
import { bytesOrNull } from '../../support/bytes.ts';
import { numRuns } from '../../support/for-all.ts';

registerCodecs();

const bytes = bytesOrNull(100);
const record = fc.record({
  skipped: fc.nat(2),
  timestamp: fc.integer({ min: -1 }),
  key: bytes,
  value: bytes,
});

/** An entry of a log: a message, or one that holds some, after offsets that compaction has removed. */
const entry = fc.record({
  format: fc.constantFrom(0 as const, 1 as const),
  compression: fc.nat(3),
  records: fc.array(record, { minLength: 1, maxLength: 5 }),
});
const logs = fc.array(entry, { minLength: 1, maxLength: 5 });

test('old messages give the records that the decoder of kafkajs gives, and an end, also where the set is cut off', async () => {
  await everyCase(fc.tuple(logs, fc.nat(200)), async ([log, cut]) => {
    const whole = Buffer.concat((await encode(log)).map(({ message }) => message));
    const set = whole.subarray(0, Math.max(1, whole.length - cut));
    const expected = await decodeMessagesByKafkajs(set);
    const messages = await decodeRecordSet(set);
    expect(messages.filter(({ isEnd }) => !isEnd).map(essence)).toEqual(expected.map(essence));
    expect(messages.at(-1)?.offset).toBe(expected.at(-1)?.offset);
  });
});

test('a message with any changed byte after its format stands for all offsets since the one before, and those beside it are read', async () => {
  const changes = fc.record({ log: logs, which: fc.nat(4), at: fc.nat(), bit: fc.nat(7) });
  await everyCase(changes, async ({ log, which, at, bit }) => {
    const entries = await encode(log);
    const index = which % entries.length;
    const { message, last } = entries[index]!;
    const damaged = Buffer.from(message);
    const from = 17; // what follows the format
    damaged[from + (at % (damaged.length - from))]! ^= 1 << bit;
    const set = entries.map((one) => (one.message === message ? damaged : one.message));
    const messages = await decodeRecordSet(Buffer.concat(set));

    const [before, after] = [entries.slice(0, index), entries.slice(index + 1)];
    const expected = await Promise.all(
      [before, after].map((some) => decodeMessagesByKafkajs(Buffer.concat(some.map((one) => one.message)))),
    );
    const isRead = ({ isEnd, unreadable }: DecodedMessage): boolean => !isEnd && !unreadable;
    expect(messages.filter(isRead).map(essence)).toEqual(expected.flat().map(essence));
    expect(messages.filter(({ unreadable }) => unreadable)).toMatchObject([
      {
        offset: String(last),
        unreadable: {
          from: (before.at(-1)?.last ?? -1n) + 1n,
          rejection: { reason: 'damaged_batch', detail: expect.stringMatching(/checksum/) as string },
        },
      },
    ]);
  });
});

async function everyCase<Case>(
  cases: fc.Arbitrary<Case>,
  holds: (one: Case) => Promise<void>,
): Promise<void> {
  const seed = Number(process.env.ASOF_PROPERTY_SEED ?? 2026);
  await fc.assert(fc.asyncProperty(cases, holds), { seed, numRuns: Math.ceil(numRuns / 4) });
}

type EntryDraft = typeof entry extends fc.Arbitrary<infer Draft> ? Draft : never;

/** The entries of a log as bytes, each with its last offset. */
async function encode(log: readonly EntryDraft[]): Promise<{ message: Buffer; last: bigint }[]> {
  const entries: { message: Buffer; last: bigint }[] = [];
  let next = 0n;
  for (const { format, compression, records } of log) {
    const placed = records.map(({ skipped, ...parts }) => {
      const offset = next + BigInt(skipped);
      next = offset + 1n;
      return { ...parts, format, offset };
    });
    if (compression > 0) {
      const message = await compressedMessageOf({ format, compression }, placed);
      entries.push({ message, last: next - 1n });
    } else {
      for (const one of placed) entries.push({ message: messageOf(one), last: one.offset });
    }
  }
  return entries;
}

function essence({ offset, timestamp, key, value }: OldRecord) {
  return { offset, timestamp, key: key?.toString('hex'), value: value?.toString('hex') };
}
