import { crc32 } from 'node:zlib';
import { codecOf } from '../compression/codecs.ts';
import { MAX_UNPACKED_BYTES } from '../compression/unpacked-size.ts';
import { CODEC, FORMAT_AT, STAMPED_BY_BROKER } from './formats.ts';
import { type DecodedMessage, OUTSIDE, endOfBatch, standIn } from './message.ts';
import { unreadableBatch } from './unreadable.ts';

/** The bytes of an entry before its message: the offset and the size. */
const ENTRY_BYTES = 12;
/** Checksum, format, attributes, and the lengths of key and value. */
export const LEAST_MESSAGE_BYTES = 14;
const NONE = -1n;

/** A message of format v0 or v1. */
interface OldMessage {
  readonly offset: bigint;
  readonly format: number;
  readonly attributes: number;
  /** Undefined in format v0. */
  readonly timestamp: bigint | undefined;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
}

/**
 * Decodes messages of the formats v0 and v1, which brokers before Kafka 4 may still hold. The last one may be
 * cut off. A compressed message holds others, and has the offset of the last of them. One that cannot be read
 * stands for all offsets from the message before it to its own, since nothing else says where it begins.
 */
export async function decodeMessageSet(bytes: Buffer): Promise<DecodedMessage[]> {
  const messages: DecodedMessage[] = [];
  let before = NONE;
  let unpackedBytes = 0;
  for (let at = 0, end = endOf(bytes, at); end !== undefined; at = end, end = endOf(bytes, at)) {
    const entry = bytes.subarray(at, end);
    const offset = entry.readBigInt64BE(0);
    const read = await decodeEntry(entry, before);
    for (const message of read.messages) messages.push(message);
    before = offset;
    unpackedBytes += read.unpackedBytes;
    if (unpackedBytes >= MAX_UNPACKED_BYTES) break;
  }
  return before === NONE ? [] : [...messages, endOfBatch(before)];
}

/** Where the entry ends that begins here. Undefined if there is no whole one of these formats. */
function endOf(bytes: Buffer, at: number): number | undefined {
  if (at + FORMAT_AT >= bytes.length || bytes[at + FORMAT_AT]! > 1) return undefined;
  const size = bytes.readInt32BE(at + 8);
  const end = at + ENTRY_BYTES + size;
  return size >= LEAST_MESSAGE_BYTES && end <= bytes.length ? end : undefined;
}

async function decodeEntry(
  entry: Buffer,
  before: bigint,
): Promise<{ readonly messages: readonly DecodedMessage[]; readonly unpackedBytes: number }> {
  const offset = entry.readBigInt64BE(0);
  const attributes = entry[FORMAT_AT + 1]!;
  try {
    if (crc32(entry.subarray(FORMAT_AT)) !== entry.readUInt32BE(ENTRY_BYTES))
      throw new RangeError('its checksum is wrong');
    const message = readMessage(entry);
    if ((attributes & CODEC) === 0) return { messages: [toDecoded(message)], unpackedBytes: entry.length };
    const plain = await unpack(message);
    const inner = withOffsets(readAll(plain), message);
    return { messages: inner.map(toDecoded), unpackedBytes: plain.length };
  } catch (error) {
    const where = before === NONE ? `offsets up to ${offset}` : `offsets ${before + 1n} to ${offset}`;
    const unreadable = { from: before + 1n, rejection: unreadableBatch(where, attributes, error) };
    const stand = standIn(String(offset), timestampOf(entry)?.toString());
    return { messages: [{ ...stand, batchContext: OUTSIDE, unreadable }], unpackedBytes: 0 };
  }
}

async function unpack({ attributes, value }: OldMessage): Promise<Buffer> {
  const codec = codecOf(attributes & CODEC);
  if (!codec) throw new RangeError(`its compression ${attributes & CODEC} is unknown`);
  return codec.decompress(value ?? Buffer.alloc(0));
}

function readAll(plain: Buffer): OldMessage[] {
  const messages: OldMessage[] = [];
  let at = 0;
  for (let end = endOf(plain, at); end !== undefined; end = endOf(plain, at)) {
    messages.push(readMessage(plain.subarray(at, end)));
    at = end;
  }
  if (at !== plain.length || messages.length === 0) throw new RangeError('a record in it ends too soon');
  return messages;
}

/** In format v1, the offsets of the inner messages are relative, and a broker may stamp only the outer one. */
function withOffsets(messages: readonly OldMessage[], outer: OldMessage): OldMessage[] {
  const base = outer.format === 0 ? 0n : outer.offset - messages.at(-1)!.offset;
  const isStamped = outer.format > 0 && (outer.attributes & STAMPED_BY_BROKER) !== 0;
  let least = 0n;
  return messages.map((message) => {
    const offset = base + message.offset;
    if (offset < least || offset > outer.offset) throw new RangeError('its offsets are not in order');
    least = offset + 1n;
    return { ...message, offset, timestamp: isStamped ? outer.timestamp : message.timestamp };
  });
}

function readMessage(entry: Buffer): OldMessage {
  const format = entry[FORMAT_AT]!;
  const key = readBytes(entry, FORMAT_AT + (format === 0 ? 2 : 10));
  const value = readBytes(entry, key.end);
  return {
    offset: entry.readBigInt64BE(0),
    format,
    attributes: entry[FORMAT_AT + 1]!,
    timestamp: timestampOf(entry),
    key: key.bytes,
    value: value.bytes,
  };
}

/** Format v0 has none. */
function timestampOf(entry: Buffer): bigint | undefined {
  return entry[FORMAT_AT] === 0 ? undefined : entry.readBigInt64BE(FORMAT_AT + 2);
}

function readBytes(entry: Buffer, at: number): { readonly bytes: Buffer | null; readonly end: number } {
  const length = entry.readInt32BE(at);
  const start = at + 4;
  if (length < 0) return { bytes: null, end: start };
  if (start + length > entry.length) throw new RangeError('a record in it ends too soon');
  return { bytes: entry.subarray(start, start + length), end: start + length };
}

function toDecoded({ offset, timestamp, key, value }: OldMessage): DecodedMessage {
  return {
    offset: String(offset),
    timestamp: timestamp?.toString(),
    key,
    value,
    isControlRecord: false,
    batchContext: OUTSIDE,
  };
}
