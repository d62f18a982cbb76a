import { compress } from 'snappy';
import { expect, test } from 'vitest';
import { compressSnappy, decompressSnappy } from '../../../../../adapters/kafka/compression/snappy.ts';

const plain = Buffer.from('a value that repeats itself, that repeats itself, that repeats itself');

test('a bare block, as clients other than Java send it, is read', async () => {
  expect(await decompressSnappy(await compress(plain))).toEqual(plain);
});

test("blocks in xerial's framing are joined in order", async () => {
  const framed = await compressSnappy(plain);
  const secondBlock = (await compressSnappy(Buffer.from('; and more'))).subarray(16);
  expect(await decompressSnappy(Buffer.concat([framed, secondBlock]))).toEqual(
    Buffer.concat([plain, Buffer.from('; and more')]),
  );
});

test('a truncated block is an error', async () => {
  const framed = await compressSnappy(plain);
  await expect(decompressSnappy(framed.subarray(0, framed.length - 5))).rejects.toThrow();
});
