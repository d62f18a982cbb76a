import kafkajs from 'kafkajs';
import { compressFrame } from 'lz4-napi';
import { compressGzip, decompressGzip } from './gzip.ts';
import { decompressLz4 } from './lz4.ts';
import { compressSnappy, decompressSnappy } from './snappy.ts';
import { compressZstd, decompressZstd } from './zstd.ts';

/**
 * The interface that kafkajs expects of a codec. The encoder's buffer holds the records of a batch.
 * `decompress` throws {@link UnpacksTooLarge} before it takes more memory than a batch may, and another error
 * if the bytes are damaged.
 */
export interface Codec {
  readonly name: string;
  compress(encoder: { readonly buffer: Buffer }): Promise<Buffer>;
  decompress(compressed: Buffer): Promise<Buffer>;
}

const { CompressionCodecs, CompressionTypes } = kafkajs;

/** By the number that Kafka gives to the codec. */
const codecs: Readonly<Record<number, Codec>> = {
  [CompressionTypes.GZIP]: {
    name: 'gzip',
    compress: ({ buffer }) => compressGzip(buffer),
    decompress: decompressGzip,
  },
  [CompressionTypes.Snappy]: {
    name: 'snappy',
    compress: ({ buffer }) => compressSnappy(buffer),
    decompress: decompressSnappy,
  },
  [CompressionTypes.LZ4]: {
    name: 'lz4',
    compress: ({ buffer }) => compressFrame(buffer),
    decompress: decompressLz4,
  },
  [CompressionTypes.ZSTD]: {
    name: 'zstd',
    compress: ({ buffer }) => compressZstd(buffer),
    decompress: decompressZstd,
  },
};

/** The codec of a number. Undefined if Kafka has no such codec. */
export function codecOf(type: number): Codec | undefined {
  return codecs[type];
}

/** Registers the codecs of Kafka with kafkajs, which only brings a gzip without a bound. */
export function registerCodecs(): void {
  const registered: Record<number, () => Codec> = CompressionCodecs;
  for (const [type, codec] of Object.entries(codecs)) registered[Number(type)] = () => codec;
}
