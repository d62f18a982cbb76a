import { gzipSync } from 'node:zlib';
import { compressFrameSync } from 'lz4-napi';
import { compressSync } from 'snappy';
import { describe, expect, test } from 'vitest';
import { codecOf } from '../../../../../adapters/kafka/compression/codecs.ts';
import { compressSnappy } from '../../../../../adapters/kafka/compression/snappy.ts';
import {
  MAX_UNPACKED_BYTES,
  UnpacksTooLarge,
} from '../../../../../adapters/kafka/compression/unpacked-size.ts';
import { zstdBomb } from '../../../../support/records/record-batch.ts';

const [GZIP, SNAPPY, LZ4, ZSTD] = [1, 2, 3, 4];
const atBound = Buffer.alloc(MAX_UNPACKED_BYTES);
const beyond = Buffer.alloc(MAX_UNPACKED_BYTES + 1);

const compressors = [
  { name: 'gzip', type: GZIP, compress: (plain: Buffer) => Promise.resolve(gzipSync(plain, { level: 1 })) },
  { name: 'snappy, bare', type: SNAPPY, compress: (plain: Buffer) => Promise.resolve(compressSync(plain)) },
  { name: 'snappy in xerial frames', type: SNAPPY, compress: compressSnappy },
  { name: 'lz4', type: LZ4, compress: (plain: Buffer) => Promise.resolve(compressFrameSync(plain)) },
  { name: 'zstd', type: ZSTD, compress: (plain: Buffer) => codecOf(ZSTD)!.compress({ buffer: plain }) },
];

test.each(compressors)('$name unpacks up to the bound, and no further', async ({ type, compress }) => {
  expect(await decompress(type, await compress(atBound))).toHaveLength(MAX_UNPACKED_BYTES);
  await expect(decompress(type, await compress(beyond))).rejects.toThrow(UnpacksTooLarge);
});

describe('bytes that would unpack to far more than memory holds', () => {
  const block = compressSync(Buffer.alloc(40 * 1024 * 1024));
  test.each([
    ['1 MiB of zstd that unpacks to 32 GiB', ZSTD, zstdBomb(256 * 1024)],
    ['a zstd frame that declares 2⁶³ bytes', ZSTD, Buffer.from('28b52ffdc0380000000000000080010000', 'hex')],
    ['a block of snappy that declares 2³⁴ bytes', SNAPPY, Buffer.from([0xff, 0xff, 0xff, 0xff, 0x3f, 0, 65])],
    ['frames of snappy that are small alone', SNAPPY, xerial([block, block])],
    [
      'members of gzip that are small alone',
      GZIP,
      Buffer.concat(Array<Buffer>(3).fill(gzipSync(Buffer.alloc(30 * 1024 * 1024)))),
    ],
  ])('%s', async (_what, type, bytes) => {
    await expect(decompress(type, bytes)).rejects.toThrow(UnpacksTooLarge);
  });
});

describe('damaged bytes are an error', () => {
  const plain = Buffer.from('a value that repeats itself, that repeats itself, that repeats itself');
  test.each(compressors)('$name, cut off anywhere', async ({ type, compress }) => {
    const whole = await compress(plain);
    for (let length = 0; length < whole.length; length += 1) {
      const unpacked = await decompress(type, whole.subarray(0, length)).catch(() => undefined);
      // What is whole without its last bytes, such as xerial's header alone, is shorter than the value.
      expect(unpacked?.length ?? 0).toBeLessThan(plain.length);
    }
  });

  test.each([
    ['a negative length', -1],
    ['a length that leads back into the header', -20],
    ['a length beyond the batch', 1_000],
  ])('a frame of snappy with %s', async (_what, length) => {
    const frame = xerial([compressSync(plain)]);
    frame.writeInt32BE(length, 16);
    await expect(decompress(SNAPPY, frame)).rejects.toThrow(/goes beyond its batch/);
  });

  test.each(compressors)(
    '$name, with any byte changed, neither hangs nor goes beyond the bound',
    async ({ type, compress }) => {
      const whole = await compress(plain);
      for (let at = 0; at < whole.length; at += 1) {
        for (const byte of [0, 0x7f, 0x80, 0xff]) {
          const changed = Buffer.from(whole);
          changed[at] = byte;
          const unpacked = await decompress(type, changed).catch(() => Buffer.alloc(0));
          expect(unpacked.length).toBeLessThanOrEqual(MAX_UNPACKED_BYTES);
        }
      }
    },
  );
});

function decompress(type: number | undefined, bytes: Buffer): Promise<Buffer> {
  return codecOf(type!)!.decompress(bytes);
}

function xerial(blocks: readonly Buffer[]): Buffer {
  const header = Buffer.concat([
    Buffer.from('\x82SNAPPY\0', 'latin1'),
    Buffer.from([0, 0, 0, 1, 0, 0, 0, 1]),
  ]);
  const framed = blocks.flatMap((block) => {
    const length = Buffer.alloc(4);
    length.writeInt32BE(block.length);
    return [length, block];
  });
  return Buffer.concat([header, ...framed]);
}
