import { compress, uncompress } from 'snappy';

/**
 * The first bytes of xerial's framing. Two version numbers of four bytes each follow, then the blocks, each
 * after its length.
 */
const MAGIC = Buffer.from('\x82SNAPPY\0', 'latin1');
const HEADER_BYTES = 16;

/**
 * Reads both forms of snappy: Java's clients use the framing of xerial's snappy-java, others send one bare
 * block.
 */
export async function decompressSnappy(compressed: Buffer): Promise<Buffer> {
  if (!compressed.subarray(0, MAGIC.length).equals(MAGIC)) return uncompressBlock(compressed);
  const blocks: Promise<Buffer>[] = [];
  for (let at = HEADER_BYTES; at < compressed.length;) {
    const end = at + 4 + compressed.readInt32BE(at);
    blocks.push(uncompressBlock(compressed.subarray(at + 4, end)));
    at = end;
  }
  return Buffer.concat(await Promise.all(blocks));
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

async function uncompressBlock(block: Buffer): Promise<Buffer> {
  return (await uncompress(block, { asBuffer: true })) as Buffer;
}
