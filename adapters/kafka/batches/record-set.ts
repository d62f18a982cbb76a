import { createRequire } from 'node:module';
import { MAX_UNPACKED_BYTES } from '../compression/unpacked-size.ts';
import { FORMAT_AT } from './formats.ts';
import { LEAST_MESSAGE_BYTES, decodeMessageSet } from './message-set.ts';
import type { DecodedMessage } from './message.ts';
import { HEADER_BYTES, LENGTH_BASE, decodeBatch } from './record-batch.ts';

/** The part of kafkajs's decoder of responses that it hands to a decoder of messages. */
interface ResponseDecoder {
  canReadBytes(length: number): boolean;
  readInt32(): number;
  readBytes(length: number): Buffer;
}

const FORMAT_V2 = 2;
/** The length of a batch without records. */
const LEAST_LENGTH = HEADER_BYTES - LENGTH_BASE;

const require = createRequire(import.meta.url);
const REPLACED = 'kafkajs/src/protocol/requests/fetch/v4/decodeMessages.js';

/**
 * Makes kafkajs decode what it fetches with {@link decodeRecordSet}. kafkajs loads its own decoder at its
 * first fetch, and has no other place to change it.
 */
export function replaceMessageDecoder(): void {
  require(REPLACED);
  require.cache[require.resolve(REPLACED)]!.exports = decodeMessages;
}

async function decodeMessages(decoder: ResponseDecoder): Promise<DecodedMessage[]> {
  const size = decoder.readInt32();
  if (size <= 0 || !decoder.canReadBytes(size)) return [];
  return decodeRecordSet(decoder.readBytes(size));
}

/**
 * Decodes what was fetched of a partition: record batches, the last of which may be cut off. It stops after
 * {@link MAX_UNPACKED_BYTES}; the next fetch begins with the rest.
 *
 * @throws RangeError if the first batch has a length that cannot be, so that nobody knows where it ends.
 */
export async function decodeRecordSet(bytes: Buffer): Promise<DecodedMessage[]> {
  if (bytes.length > FORMAT_AT && bytes[FORMAT_AT]! < FORMAT_V2) {
    requireLength(bytes, LEAST_MESSAGE_BYTES);
    return decodeMessageSet(bytes);
  }
  if (bytes.length >= HEADER_BYTES) requireLength(bytes, LEAST_LENGTH);
  const messages: DecodedMessage[] = [];
  let unpackedBytes = 0;
  let at = 0;
  for (let end = endOf(bytes, at); end !== undefined; end = endOf(bytes, at)) {
    const next = endOf(bytes, end) === undefined ? undefined : bytes.readBigInt64BE(end);
    const batch = await decodeBatch(bytes.subarray(at, end), next);
    for (const message of batch.messages) messages.push(message);
    unpackedBytes += batch.unpackedBytes;
    if (unpackedBytes >= MAX_UNPACKED_BYTES) break;
    at = end;
  }
  return messages;
}

/** Where the batch ends that begins here. Undefined if there is no whole batch of format v2. */
function endOf(bytes: Buffer, at: number): number | undefined {
  if (at + HEADER_BYTES > bytes.length || bytes[at + FORMAT_AT]! < FORMAT_V2) return undefined;
  const length = bytes.readInt32BE(at + 8);
  const end = at + LENGTH_BASE + length;
  return length >= LEAST_LENGTH && end <= bytes.length ? end : undefined;
}

function requireLength(bytes: Buffer, least: number): void {
  const length = bytes.readInt32BE(8);
  if (length >= least) return;
  const offset = bytes.readBigInt64BE(0);
  throw new RangeError(
    `the batch at offset ${offset} has a length of ${length} bytes, which cannot be; check the broker's disk, and delete the records up to it with kafka-delete-records.sh`,
  );
}
