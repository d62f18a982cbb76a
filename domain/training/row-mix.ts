import type { CanonicalColumn } from './canonical-columns.ts';

/** The length of the mix of a row in bytes. */
export const MIX_BYTES = 8;

/** The word that a null is, in place of its value. */
const NULL_WORD = 0xffff_ffff;

/**
 * Mixes each row of a block into 64 bits, column by column: two lanes of 32 bits, of which one takes a word as
 * MurmurHash3 does, and one as xxHash does. A salt comes first, so that equal rows of two sets share nothing.
 * It tells rows apart; it is no cryptographic hash.
 */
export class RowMix {
  readonly #salt: readonly number[];
  readonly #murmur: Uint32Array;
  readonly #xx: Uint32Array;

  /**
   * @param salt 16 bytes in hex, as in the manifest.
   * @param rows the most rows of a block.
   */
  constructor(salt: string, rows: number) {
    this.#salt = (salt.match(/.{8}/g) ?? []).map((word) => Number.parseInt(word, 16));
    this.#murmur = new Uint32Array(rows);
    this.#xx = new Uint32Array(rows);
  }

  /** Starts the rows from `first` on. */
  start(first: number, rows: number): void {
    let [murmur, xx] = [0, 0];
    for (const word of this.#salt) [murmur, xx] = [murmurOf(murmur, word), xxOf(xx, word)];
    this.#murmur.fill(murmur, first, first + rows);
    this.#xx.fill(xx, first, first + rows);
  }

  /** Mixes the next column into the rows from `first` on. */
  add(first: number, column: CanonicalColumn): void {
    if (column.type === 'string') this.#addTexts(first, column);
    else if (column.type === 'boolean') this.#addWords(first, column.nulls, column.values, 1);
    else this.#addWords(first, column.nulls, words(column.values), 2);
  }

  /** The mixes of the first rows, 8 bytes each: both lanes, little-endian. */
  take(rows: number): Buffer {
    const bytes = Buffer.allocUnsafe(rows * MIX_BYTES);
    for (let row = 0; row < rows; row += 1) {
      bytes.writeUInt32LE(this.#murmur[row]!, row * MIX_BYTES);
      bytes.writeUInt32LE(this.#xx[row]!, row * MIX_BYTES + 4);
    }
    return bytes;
  }

  #addWords(first: number, nulls: Uint8Array, values: Uint32Array | Uint8Array, each: 1 | 2): void {
    const [murmurs, xxs] = [this.#murmur, this.#xx];
    for (let row = 0; row < nulls.length; row += 1) {
      const at = first + row;
      let [murmur, xx] = [murmurs[at]!, xxs[at]!];
      if (nulls[row] === 1) {
        murmur = murmurOf(murmur, NULL_WORD);
        xx = xxOf(xx, NULL_WORD);
      } else {
        for (let word = row * each; word < (row + 1) * each; word += 1) {
          murmur = murmurOf(murmur, values[word]!);
          xx = xxOf(xx, values[word]!);
        }
      }
      murmurs[at] = murmur;
      xxs[at] = xx;
    }
  }

  #addTexts(first: number, { nulls, values, text }: CanonicalColumn): void {
    const lengths = words(values);
    const [murmurs, xxs] = [this.#murmur, this.#xx];
    for (let row = 0, start = 0; row < nulls.length; row += 1) {
      const at = first + row;
      const length = nulls[row] === 1 ? NULL_WORD : lengths[row]!;
      let [murmur, xx] = [murmurOf(murmurs[at]!, length), xxOf(xxs[at]!, length)];
      const end = start + lengths[row]!;
      for (; start < end; start += 4) {
        const word = wordAt(text, start, end);
        murmur = murmurOf(murmur, word);
        xx = xxOf(xx, word);
      }
      start = end;
      murmurs[at] = murmur;
      xxs[at] = xx;
    }
  }
}

function words(bytes: Uint8Array): Uint32Array {
  return new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
}

/** The word at `start`, little-endian, with zeros from `end` on. */
function wordAt(text: Uint8Array, start: number, end: number): number {
  let word = text[start]!;
  if (start + 1 < end) word |= text[start + 1]! << 8;
  if (start + 2 < end) word |= text[start + 2]! << 16;
  if (start + 3 < end) word |= text[start + 3]! << 24;
  return word;
}

function murmurOf(state: number, word: number): number {
  const mixed = Math.imul(rotated(Math.imul(word, 0xcc9e2d51), 15), 0x1b873593);
  return Math.imul(rotated(state ^ mixed, 13), 5) + 0xe6546b64;
}

function xxOf(state: number, word: number): number {
  return Math.imul(rotated(state + Math.imul(word, 0x85ebca77), 13), 0x9e3779b1);
}

function rotated(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}
