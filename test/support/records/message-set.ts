import { createRequire } from 'node:module';
import { crc32 } from 'node:zlib';
import { codecOf } from '../../../adapters/kafka/compression/codecs.ts';

const require = createRequire(import.meta.url);
const Decoder = require('kafkajs/src/protocol/decoder') as new (bytes: Buffer) => object;
const decodeMessageSet = require('kafkajs/src/protocol/messageSet/decoder') as (
  decoder: object,
  size: number,
) => Promise<OldRecord[]>;

/** A record of the message formats v0 and v1. In v0 it has no timestamp. */
export interface OldRecord {
  readonly offset: string;
  readonly timestamp?: string | undefined;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
}

/** What a message says of itself. */
export interface MessageParts {
  readonly offset: bigint;
  readonly format: 0 | 1;
  readonly attributes?: number;
  readonly timestamp?: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
}

/** A message as brokers before Kafka 4 keep it. */
export function messageOf({
  offset,
  format,
  attributes = 0,
  timestamp = 0,
  key,
  value,
}: MessageParts): Buffer {
  const head = Buffer.from([format, attributes]);
  const time = Buffer.alloc(format === 0 ? 0 : 8);
  if (format === 1) time.writeBigInt64BE(BigInt(timestamp));
  const content = Buffer.concat([head, time, withLength(key), withLength(value)]);
  const before = Buffer.alloc(16);
  before.writeBigInt64BE(offset, 0);
  before.writeInt32BE(content.length + 4, 8);
  before.writeUInt32BE(crc32(content), 12);
  return Buffer.concat([before, content]);
}

/** A message that holds others, compressed, with the offset of the last of them. */
export async function compressedMessageOf(
  outer: Pick<MessageParts, 'format' | 'timestamp' | 'attributes'> & { readonly compression: number },
  messages: readonly MessageParts[],
): Promise<Buffer> {
  const first = messages[0]!.offset;
  const inner = messages.map((message) =>
    messageOf({ ...message, offset: outer.format === 0 ? message.offset : message.offset - first }),
  );
  const value = await codecOf(outer.compression)!.compress({ buffer: Buffer.concat(inner) });
  const attributes = (outer.attributes ?? 0) | outer.compression;
  return messageOf({ ...outer, attributes, offset: messages.at(-1)!.offset, key: null, value });
}

/** The records of messages by kafkajs's own decoder, which knows no bounds. */
export async function decodeMessagesByKafkajs(bytes: Buffer): Promise<OldRecord[]> {
  return bytes.length > 0 ? decodeMessageSet(new Decoder(bytes), bytes.length) : [];
}

function withLength(bytes: Buffer | null): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(bytes?.length ?? -1);
  return Buffer.concat([length, bytes ?? Buffer.alloc(0)]);
}
