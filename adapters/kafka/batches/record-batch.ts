import { type Codec, codecOf } from '../compression/codecs.ts';
import { crc32c } from './crc32c.ts';
import { CODEC, STAMPED_BY_BROKER } from './formats.ts';
import { type DecodedMessage, endOfBatch, standIn } from './message.ts';
import { readRecords } from './records.ts';
import { TooManyRecords, unreadableBatch } from './unreadable.ts';

/** The bytes of a batch before its records. */
export const HEADER_BYTES = 61;
/** The length of a batch counts from here. */
export const LENGTH_BASE = 12;
/** The most records of one batch. A batch of 1 MiB can hold a hundred times as many empty ones. */
const MAX_RECORDS = 1_000_000;

/** The checksum covers the bytes from here on. */
const CHECKED_FROM = 21;
const IN_TRANSACTION = 0x10;
const IS_CONTROL = 0x20;

interface Header {
  readonly from: bigint;
  readonly lastOffsetDelta: number;
  readonly attributes: number;
  readonly baseTimestamp: number;
  readonly maxTimestamp: number;
  readonly producerId: string;
  readonly count: number;
}

/** The messages of a batch, and the number of bytes that they were unpacked to. */
export interface DecodedBatch {
  readonly messages: readonly DecodedMessage[];
  readonly unpackedBytes: number;
}

/**
 * Decodes one whole record batch (message format v2). A batch that is too large to unpack, or damaged, gives
 * one message that stands for all its offsets.
 *
 * @param next the offset at which the next batch begins, if it is known. The header of a damaged batch may be
 * damaged too, so it does not make its records control records or parts of a transaction.
 */
export async function decodeBatch(batch: Buffer, next: bigint | undefined): Promise<DecodedBatch> {
  const header = readHeader(batch);
  const last = lastOffset(header, next);
  if (!isIntact(batch))
    return standInFor({ ...header, attributes: 0 }, last, new Error('its checksum is wrong'));
  try {
    const codec = codecFor(header);
    requireFewEnough(header);
    const records = batch.subarray(HEADER_BYTES);
    const plain = codec && records.length > 0 ? await codec.decompress(records) : records;
    const messages = toMessages(header, plain);
    messages.push(endOfBatch(last));
    return { messages, unpackedBytes: plain.length };
  } catch (error) {
    return standInFor(header, last, error);
  }
}

function readHeader(batch: Buffer): Header {
  return {
    from: batch.readBigInt64BE(0),
    attributes: batch.readInt16BE(CHECKED_FROM),
    lastOffsetDelta: batch.readInt32BE(23),
    baseTimestamp: Number(batch.readBigInt64BE(27)),
    maxTimestamp: Number(batch.readBigInt64BE(35)),
    producerId: String(batch.readBigInt64BE(43)),
    count: batch.readInt32BE(57),
  };
}

function lastOffset({ from, lastOffsetDelta }: Header, next: bigint | undefined): bigint {
  const declared = from + BigInt(Math.max(0, lastOffsetDelta));
  return next !== undefined && next > from && next <= declared ? next - 1n : declared;
}

function isIntact(batch: Buffer): boolean {
  return crc32c(batch.subarray(CHECKED_FROM)) === batch.readUInt32BE(17);
}

/** Undefined if the batch is not compressed. */
function codecFor({ attributes }: Header): Codec | undefined {
  const type = attributes & CODEC;
  const codec = codecOf(type);
  if (type !== 0 && !codec) throw new RangeError(`its compression ${type} is unknown`);
  return codec;
}

function requireFewEnough({ count }: Header): void {
  if (count > MAX_RECORDS) throw new TooManyRecords(count, MAX_RECORDS);
}

function toMessages(header: Header, plain: Buffer): DecodedMessage[] {
  const { from, attributes, baseTimestamp, maxTimestamp, count, lastOffsetDelta } = header;
  const stampedByBroker = (attributes & STAMPED_BY_BROKER) !== 0;
  const isControlRecord = (attributes & IS_CONTROL) !== 0;
  const batchContext = contextOf(header);
  const base = Number(from);
  return readRecords(plain, count, lastOffsetDelta).map(
    ({ timestampDelta, offsetDelta, key, value, headers }) => ({
      offset: String(base + offsetDelta),
      timestamp: String(stampedByBroker ? maxTimestamp : baseTimestamp + timestampDelta),
      key,
      value,
      headers,
      isControlRecord,
      batchContext,
    }),
  );
}

function contextOf({ producerId, attributes }: Header) {
  return { producerId, inTransaction: (attributes & IN_TRANSACTION) !== 0 };
}

function standInFor(header: Header, last: bigint, error: unknown): DecodedBatch {
  const { from, attributes, maxTimestamp } = header;
  const unreadable: DecodedMessage = {
    ...standIn(String(last), String(maxTimestamp)),
    isControlRecord: (attributes & IS_CONTROL) !== 0,
    batchContext: contextOf(header),
    unreadable: { from, rejection: unreadableBatch(`offsets ${from} to ${last}`, attributes, error) },
  };
  return { messages: [unreadable, endOfBatch(last)], unpackedBytes: 0 };
}
