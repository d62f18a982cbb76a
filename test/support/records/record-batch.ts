import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { RecordBatch } = require('kafkajs/src/protocol/recordBatch/v0') as {
  RecordBatch: (batch: object) => Promise<{ buffer: Buffer }>;
};
const Record = require('kafkajs/src/protocol/recordBatch/record/v0') as (record: object) => object;
const crc32c = require('kafkajs/src/protocol/recordBatch/crc32C') as (bytes: Buffer) => number;
const Decoder = require('kafkajs/src/protocol/decoder') as new (bytes: Buffer) => object;
const decodeBatch = require('kafkajs/src/protocol/recordBatch/v0/decoder') as (
  decoder: object,
) => Promise<{ records: KafkajsRecord[] }>;

/** A record as kafkajs's own decoder gives it. */
export interface KafkajsRecord {
  readonly offset: string;
  readonly timestamp: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly isControlRecord: boolean;
  readonly batchContext: { readonly producerId: string; readonly inTransaction: boolean };
}

/** A record of a batch to make. */
export interface RecordParts {
  readonly offsetDelta: number;
  readonly timestampDelta: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
}

/** What a batch says of itself. */
export interface BatchParts {
  readonly from: bigint;
  readonly lastOffsetDelta: number;
  readonly timestamp?: number;
  readonly compression?: number | undefined;
}

/** A batch as a producer writes it, made by kafkajs. */
export async function batchOf(
  { from, lastOffsetDelta, timestamp = 0, compression = 0 }: BatchParts,
  records: readonly RecordParts[],
): Promise<Buffer> {
  const { buffer } = await RecordBatch({
    compression,
    firstOffset: from,
    firstTimestamp: timestamp,
    maxTimestamp: timestamp,
    lastOffsetDelta,
    records: records.map((record) => Record(record)),
  });
  return buffer;
}

/** A batch around records that no producer writes, such as compressed bytes that unpack to too much. */
export function batchAround(
  { from, lastOffsetDelta, timestamp = 0, compression = 0 }: BatchParts,
  { count, records }: { readonly count: number; readonly records: Buffer },
): Buffer {
  const batch = Buffer.concat([Buffer.alloc(61), records]);
  batch.writeBigInt64BE(from, 0);
  batch.writeInt32BE(batch.length - 12, 8);
  batch.writeInt8(2, 16);
  batch.writeInt16BE(compression, 21);
  batch.writeInt32BE(lastOffsetDelta, 23);
  batch.writeBigInt64BE(BigInt(timestamp), 27);
  batch.writeBigInt64BE(BigInt(timestamp), 35);
  batch.writeBigInt64BE(-1n, 43);
  batch.writeInt32BE(count, 57);
  batch.writeUInt32BE(crc32c(batch.subarray(21)) >>> 0, 17);
  return batch;
}

/** The batch with other attributes, such as those of a transaction's marker, and the checksum for them. */
export function withAttributes(batch: Buffer, attributes: number): Buffer {
  const changed = Buffer.from(batch);
  changed.writeInt16BE(batch.readInt16BE(21) | attributes, 21);
  changed.writeUInt32BE(crc32c(changed.subarray(21)) >>> 0, 17);
  return changed;
}

/** The records of a batch by kafkajs's own decoder, which knows no bounds. */
export async function decodeByKafkajs(batch: Buffer): Promise<KafkajsRecord[]> {
  return (await decodeBatch(new Decoder(batch))).records;
}

/** A frame of Zstandard that unpacks to `blocks` times 128 KiB, from four bytes a block. */
export function zstdBomb(blocks: number): Buffer {
  const header = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38]);
  const body = Buffer.alloc(blocks * 4);
  for (let index = 0; index < blocks; index += 1) {
    const isLast = index === blocks - 1 ? 1 : 0;
    body.writeUIntLE(((128 * 1024) << 3) | (1 << 1) | isLast, index * 4, 3);
    body[index * 4 + 3] = 0x41;
  }
  return Buffer.concat([header, body]);
}
