import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type DecodedMessage } from '../../../../adapters/kafka/batches/message.ts';
import { decodeRecordSet } from '../../../../adapters/kafka/batches/record-set.ts';
import { registerCodecs } from '../../../../adapters/kafka/compression/codecs.ts';
import { batchOf, decodeByKafkajs, withAttributes } from '../../../support/records/record-batch.ts';
import { bytesOrNull } from '../../support/bytes.ts';
import { numRuns } from '../../support/for-all.ts';

registerCodecs();

const bytes = bytesOrNull(200);

/** A batch of a log: its records with gaps as compaction leaves them, after the batch before it. */
const batch = fc.record({
  gap: fc.nat(3),
  tail: fc.nat(3),
  compression: fc.nat(4),
  /** Stamped by the broker, in a transaction, a marker of one. */
  attributes: fc.constantFrom(0, 0, 0x08, 0x10, 0x30),
  timestamp: fc.constantFrom(-1, 0, 1_772_357_400_000, 253_402_300_799_999),
  records: fc.array(
    fc.record({
      skipped: fc.nat(2),
      timestampDelta: fc.integer({ min: -100_000, max: 2 ** 40 }),
      key: bytes,
      value: bytes,
    }),
    { maxLength: 8 },
  ),
});

const logs = fc.array(batch, { minLength: 1, maxLength: 5 });

test('whole batches give the records that the decoder of kafkajs gives, and the end of each batch', async () => {
  await everyLog(logs, async (log) => {
    const { batches, ends } = await encode(log);
    const expected = (await Promise.all(batches.map(decodeByKafkajs))).flat();
    const messages = await decodeRecordSet(Buffer.concat(batches));
    expect(messages.filter(isRecord).map(essence)).toEqual(expected.map(essence));
    expect(messages.filter(({ isEnd }) => isEnd).map(({ offset }) => BigInt(offset))).toEqual(ends);
  });
});

test('a set that is cut off gives its whole batches', async () => {
  await everyLog(fc.tuple(logs, fc.nat(400)), async ([log, cut]) => {
    const { batches, ends } = await encode(log);
    const whole = Buffer.concat(batches);
    const left = Math.max(0, whole.length - cut);
    const messages = await decodeRecordSet(whole.subarray(0, left));
    let kept = 0;
    for (let length = 0; kept < batches.length; kept += 1) {
      length += batches[kept]!.length;
      if (length > left) break;
    }
    expect(messages.filter(({ isEnd }) => isEnd).map(({ offset }) => BigInt(offset))).toEqual(
      ends.slice(0, kept),
    );
  });
});

test('a batch with any changed byte after its length is one that cannot be read, and those beside it are', async () => {
  const changes = fc.record({ log: logs, which: fc.nat(4), at: fc.nat(), bit: fc.nat(7) });
  await everyLog(changes, async ({ log, which, at, bit }) => {
    const { batches } = await encode(log);
    const damaged = Buffer.from(batches[which % batches.length]!);
    const from = 17; // the checksum and what it covers
    damaged[from + (at % (damaged.length - from))]! ^= 1 << bit;
    const set = batches.map((one, index) => (index === which % batches.length ? damaged : one));
    const messages = await decodeRecordSet(Buffer.concat(set));
    const others = batches.filter((_, index) => index !== which % batches.length);
    const expected = (await Promise.all(others.map(decodeByKafkajs))).flat();
    expect(messages.filter(isRecord).map(essence)).toEqual(expected.map(essence));
    const [unreadable, ...more] = messages.flatMap((message) => message.unreadable ?? []);
    expect(more).toEqual([]);
    expect(messages.find((message) => message.unreadable)).toMatchObject({
      isControlRecord: false,
      batchContext: { inTransaction: false },
    });
    expect(unreadable).toMatchObject({
      from: batches[which % batches.length]!.readBigInt64BE(0),
      rejection: { reason: 'damaged_batch' },
    });
  });
});

async function everyLog<Case>(cases: fc.Arbitrary<Case>, holds: (one: Case) => Promise<void>): Promise<void> {
  const seed = Number(process.env.ASOF_PROPERTY_SEED ?? 2026);
  await fc.assert(fc.asyncProperty(cases, holds), { seed, numRuns: Math.ceil(numRuns / 4) });
}

type Essence = Pick<
  DecodedMessage,
  'offset' | 'timestamp' | 'key' | 'value' | 'isControlRecord' | 'batchContext'
>;
type BatchDraft = typeof batch extends fc.Arbitrary<infer Draft> ? Draft : never;

/** The batches of a log as bytes, and the last offset of each. */
async function encode(log: readonly BatchDraft[]): Promise<{ batches: Buffer[]; ends: bigint[] }> {
  const batches: Buffer[] = [];
  const ends: bigint[] = [];
  let next = 0n;
  for (const { gap, tail, attributes, records, ...parts } of log) {
    const from = next + BigInt(gap);
    let offsetDelta = -1;
    const placed = records.map(({ skipped, ...record }) => {
      offsetDelta += 1 + skipped;
      return { ...record, offsetDelta };
    });
    const lastOffsetDelta = Math.max(0, offsetDelta) + tail;
    batches.push(withAttributes(await batchOf({ ...parts, from, lastOffsetDelta }, placed), attributes));
    next = from + BigInt(lastOffsetDelta) + 1n;
    ends.push(next - 1n);
  }
  return { batches, ends };
}

function isRecord({ isEnd, unreadable }: DecodedMessage): boolean {
  return !isEnd && !unreadable;
}

function essence({ offset, timestamp, key, value, isControlRecord, batchContext }: Essence) {
  const { producerId, inTransaction } = batchContext;
  return {
    offset,
    timestamp,
    isControlRecord,
    producerId,
    inTransaction,
    key: key?.toString('hex'),
    value: value?.toString('hex'),
  };
}
