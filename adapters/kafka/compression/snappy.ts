import { compress, uncompress } from 'snappy';
import { requireUnpackable } from './unpacked-size.ts';

/**
 * The first bytes of xerial's framing. Two version numbers of four bytes each follow, then the blocks, each
 * after its length.
 */
const MAGIC = Buffer.from('\x82SNAPPY\0', 'latin1');
const HEADER_BYTES = 16;
/** A block begins with its unpacked size, in at most this many bytes of seven bits each. */
const MAX_SIZE_BYTES = 5;

/**
 * Reads both forms of snappy: Java's clients use the framing of xerial's snappy-java, others send one bare
 * block. The library reserves the size that a block declares, and fails if the block holds another one.
 */
export async function decompressSnappy(compressed: Buffer): Promise<Buffer> {
  const blocks = blocksOf(compressed);
  requireUnpackable(blocks.reduce((sum, block) => sum + declaredSize(block), 0));
  const unpacked = await Promise.all(blocks.map((block) => uncompress(block, { asBuffer: true })));
  return unpacked.length === 1 ? (unpacked[0] as Buffer) : Buffer.concat(unpacked as Buffer[]);
}

/** Compresses into one block with xerial's framing, which every client can read. */
export async function compressSnappy(plain: Buffer): Promise<Buffer> {
  const block = await compress(plain);
  const head = Buffer.alloc(HEADER_BYTES + 4);
  MAGIC.copy(head);
  head.writeInt32BE(1, 8);
  head.writeInt32BE(1, 12);
  head.writeInt32BE(block.length, HEADER_BYTES);
  return Buffer.concat([head, block]);
}

/** @throws RangeError if a block goes beyond the bytes. */
function blocksOf(compressed: Buffer): Buffer[] {
  if (!compressed.subarray(0, MAGIC.length).equals(MAGIC)) return [compressed];
  const blocks: Buffer[] = [];
  for (let at = HEADER_BYTES; at < compressed.length;) {
    const start = at + 4;
    const end = start + compressed.readUInt32BE(at);
    if (end > compressed.length) throw new RangeError('a block of snappy goes beyond its batch');
    blocks.push(compressed.subarray(start, end));
    at = end;
  }
  return blocks;
}

function declaredSize(block: Buffer): number {
  let size = 0;
  for (let index = 0; index < MAX_SIZE_BYTES; index += 1) {
    const byte = block.readUInt8(index);
    size += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) return size;
  }
  throw new RangeError('a block of snappy does not say its size');
}
