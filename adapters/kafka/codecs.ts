import { Decoder as ZstdDecoder, Encoder as ZstdEncoder } from '@toondepauw/node-zstd';
import kafkajs from 'kafkajs';
import { compressFrame, decompressFrame } from 'lz4-napi';
import { compressSnappy, decompressSnappy } from './snappy-framing.ts';

/** The interface that kafkajs expects of a codec. The encoder's buffer holds the records of a batch. */
interface Codec {
  compress(encoder: { readonly buffer: Buffer }): Promise<Buffer>;
  decompress(compressed: Buffer): Promise<Buffer>;
}

/** The compression level of Kafka's own clients. */
const ZSTD_LEVEL = 3;

const { CompressionCodecs, CompressionTypes } = kafkajs;

const zstdEncoder = new ZstdEncoder(ZSTD_LEVEL);
const zstdDecoder = new ZstdDecoder();

const snappy: Codec = {
  compress: ({ buffer }) => compressSnappy(buffer),
  decompress: (compressed) => decompressSnappy(compressed),
};
const lz4: Codec = {
  compress: ({ buffer }) => compressFrame(buffer),
  decompress: (compressed) => decompressFrame(compressed),
};
const zstd: Codec = {
  compress: ({ buffer }) => zstdEncoder.encode(buffer),
  decompress: (compressed) => zstdDecoder.decode(compressed),
};

/** Registers the other codecs of Kafka with kafkajs, which only brings gzip. */
export function registerCodecs(): void {
  CompressionCodecs[CompressionTypes.Snappy] = () => snappy;
  CompressionCodecs[CompressionTypes.LZ4] = () => lz4;
  CompressionCodecs[CompressionTypes.ZSTD] = () => zstd;
}
