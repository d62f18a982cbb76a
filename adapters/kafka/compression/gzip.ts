import { promisify } from 'node:util';
import { gzip, unzip } from 'node:zlib';
import { MAX_UNPACKED_BYTES, UnpacksTooLarge } from './unpacked-size.ts';

const unzipBounded = promisify<Buffer, { maxOutputLength: number }, Buffer>(unzip);

export const compressGzip: (plain: Buffer) => Promise<Buffer> = promisify(gzip);

/** Stops as soon as the output is too large. */
export async function decompressGzip(compressed: Buffer): Promise<Buffer> {
  try {
    return await unzipBounded(compressed, { maxOutputLength: MAX_UNPACKED_BYTES });
  } catch (error) {
    const isTooLarge = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
    throw isTooLarge ? new UnpacksTooLarge() : error;
  }
}
