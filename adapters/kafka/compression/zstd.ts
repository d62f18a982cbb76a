import { Decoder, Encoder } from '@toondepauw/node-zstd';
import { requireUnpackable } from './unpacked-size.ts';

/** The compression level of Kafka's own clients. */
const LEVEL = 3;

const FRAME = 0xfd2f_b528;
/** The first of sixteen magic numbers of frames that hold no content. */
const SKIPPABLE = 0x184d_2a50;
const MAX_BLOCK_BYTES = 128 * 1024;
const DICTIONARY_ID_BYTES = [0, 1, 2, 4];
const BlockType = { raw: 0, repeated: 1, compressed: 2 } as const;

const encoder = new Encoder(LEVEL);
const decoder = new Decoder();

export function compressZstd(plain: Buffer): Promise<Buffer> {
  return encoder.encode(plain);
}

/**
 * Unpacks frames. The library reserves the size that the frames declare or, where they declare none, the
 * largest that their blocks can have, and fails if that does not suffice. Writers who flush do not fill their
 * blocks, so this may be twice the bound; then the output itself is measured.
 */
export async function decompressZstd(compressed: Buffer): Promise<Buffer> {
  let reserved = 0;
  for (let at = 0; at < compressed.length;) {
    const frame = readFrame(compressed, at);
    reserved += frame.reserved;
    requireUnpackable(reserved / 2);
    at = frame.end;
  }
  const plain = await decoder.decode(compressed);
  requireUnpackable(plain.length);
  return plain;
}

interface Frame {
  readonly reserved: number;
  readonly end: number;
}

/** @throws RangeError if the frame is not whole. */
function readFrame(bytes: Buffer, start: number): Frame {
  const magic = bytes.readUInt32LE(start);
  if (magic >= SKIPPABLE && magic < SKIPPABLE + 16) {
    return { reserved: 0, end: start + 8 + bytes.readUInt32LE(start + 4) };
  }
  if (magic !== FRAME) throw new RangeError('no frame of Zstandard');
  const { contentSize, windowSize, hasChecksum, end: firstBlock } = readHeader(bytes, start + 4);
  const { blocks, end } = countBlocks(bytes, firstBlock);
  return {
    reserved: contentSize ?? blocks * Math.min(windowSize, MAX_BLOCK_BYTES),
    end: end + (hasChecksum ? 4 : 0),
  };
}

function readHeader(bytes: Buffer, start: number) {
  const descriptor = bytes.readUInt8(start);
  const isOneSegment = (descriptor & 0x20) !== 0;
  let at = start + 1;
  const declaredWindow = isOneSegment ? undefined : windowOf(bytes.readUInt8(at++));
  at += DICTIONARY_ID_BYTES[descriptor & 3]!;
  const sizeBytes = [isOneSegment ? 1 : 0, 2, 4, 8][descriptor >> 6]!;
  const contentSize = sizeBytes === 0 ? undefined : readContentSize(bytes, at, sizeBytes);
  return {
    contentSize,
    windowSize: declaredWindow ?? contentSize!,
    hasChecksum: (descriptor & 4) !== 0,
    end: at + sizeBytes,
  };
}

function readContentSize(bytes: Buffer, at: number, sizeBytes: number): number {
  if (sizeBytes === 8) return Number(bytes.readBigUInt64LE(at));
  return bytes.readUIntLE(at, sizeBytes) + (sizeBytes === 2 ? 256 : 0);
}

function windowOf(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3));
  return base + (base / 8) * (descriptor & 7);
}

function countBlocks(bytes: Buffer, start: number): { readonly blocks: number; readonly end: number } {
  let at = start;
  let blocks = 0;
  for (let isLast = false; !isLast; blocks += 1) {
    const header = bytes.readUIntLE(at, 3);
    const type = (header >> 1) & 3;
    if (type > BlockType.compressed) throw new RangeError('a block of an unknown type');
    isLast = (header & 1) === 1;
    at += 3 + (type === BlockType.repeated ? 1 : header >> 3);
  }
  return { blocks, end: at };
}
