import { decompressFrame } from 'lz4-napi';
import { requireUnpackable } from './unpacked-size.ts';

/** The bits of a frame's flags. */
const HAS_DICTIONARY = 0x01;
const HAS_CONTENT_SIZE = 0x08;
const HAS_BLOCK_CHECKSUMS = 0x10;
/** The bit of a block's length that says that the block is not compressed. */
const IS_PLAIN = 0x8000_0000;
/** A match of a sequence is this much longer than its length says. */
const LEAST_MATCH = 4;
/** A length of four bits with this value goes on in the bytes that follow. */
const GOES_ON = 15;

/**
 * Measures the frame before the library unpacks it, which takes whatever memory the output needs. The size in
 * the frame's header is optional, and whoever wrote the frame may lie in it.
 */
export async function decompressLz4(compressed: Buffer): Promise<Buffer> {
  measureFrame(compressed);
  return decompressFrame(compressed);
}

/** @throws UnpacksTooLarge; RangeError if the frame ends before its last block. */
function measureFrame(frame: Buffer): void {
  const flags = frame.readUInt8(4);
  const checksumBytes = flags & HAS_BLOCK_CHECKSUMS ? 4 : 0;
  let at = 7 + (flags & HAS_CONTENT_SIZE ? 8 : 0) + (flags & HAS_DICTIONARY ? 4 : 0);
  let total = 0;
  for (let word = frame.readUInt32LE(at); word !== 0; word = frame.readUInt32LE(at)) {
    const isPlain = word >= IS_PLAIN;
    const length = isPlain ? word - IS_PLAIN : word;
    const start = at + 4;
    total += isPlain ? length : blockSize(frame.subarray(start, start + length));
    requireUnpackable(total);
    at = start + length + checksumBytes;
  }
}

/** Adds up what the sequences of a block say that they unpack to. */
function blockSize(block: Buffer): number {
  let size = 0;
  let at = 0;
  const length = (fourBits: number): number => {
    let total = fourBits;
    if (fourBits < GOES_ON) return total;
    let byte: number;
    do {
      byte = block[at++] ?? 0;
      total += byte;
    } while (byte === 255);
    return total;
  };
  while (at < block.length) {
    const token = block[at++]!;
    const literals = length(token >> 4);
    at += literals;
    size += literals;
    if (at >= block.length) break;
    at += 2; // the distance of the match
    size += length(token & 15) + LEAST_MATCH;
  }
  return size;
}
