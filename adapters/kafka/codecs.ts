import { Decoder as ZstdDecoder, Encoder as ZstdEncoder } from '@toondepauw/node-zstd';
import kafkajs from 'kafkajs';
import { compressFrame, decompressFrame } from 'lz4-napi';
import { compressSnappy, decompressSnappy } from './snappy-framing.ts';

/** What kafkajs asks of a codec; the encoder's buffer holds the records of a batch. */
interface Codec {
  compress(encoder: { readonly buffer: Buffer }): Promise<Buffer>;
  decompress(compressed: Buffer): Promise<Buffer>;
}

/** The level that Kafka's own clients compress with. */
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

/** Teaches kafkajs, which knows gzip alone, the other codecs that a topic's batches may be compressed with. */
export function registerCodecs(): void {
  CompressionCodecs[CompressionTypes.Snappy] = () => snappy;
  CompressionCodecs[CompressionTypes.LZ4] = () => lz4;
  CompressionCodecs[CompressionTypes.ZSTD] = () => zstd;
}
