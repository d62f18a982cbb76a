import { type Hash, createHash } from 'node:crypto';
import {
  BLOCK_ROWS,
  type CanonicalColumn,
  type HashedBlock,
  VALUE_BYTES,
  canonicalHeader,
} from '../../domain/training/canonical-columns.ts';
import type { TrainingSetColumn } from '../../domain/training/manifest.ts';
import type { RowMix } from '../../domain/training/row-mix.ts';

/** Hashes rows by columns, block by block. Holds the numbers of one block, and no text. */
export class CanonicalBlocks {
  readonly #columns: readonly BlockColumn[];
  readonly #mix: RowMix | undefined;
  #rows = 0;

  constructor(schema: readonly TrainingSetColumn[], mix?: RowMix) {
    this.#columns = schema.map(({ type }) => new BlockColumn(VALUE_BYTES[type]));
    this.#mix = mix;
  }

  /** Adds rows, a part of each column, and yields the blocks that they fill. */
  *add(part: readonly CanonicalColumn[]): Generator<HashedBlock> {
    const rows = part[0]!.nulls.length;
    const room = BLOCK_ROWS - this.#rows;
    if (rows < room) return this.#take(part, rows);
    this.#take(rows === room ? part : part.map((column) => sliced(column, 0, room)), room);
    yield this.#finish();
    if (rows > room) yield* this.add(part.map((column) => sliced(column, room, rows)));
  }

  /** Yields the last block, if it has rows. */
  *end(): Generator<HashedBlock> {
    if (this.#rows > 0) yield this.#finish();
  }

  #take(part: readonly CanonicalColumn[], rows: number): void {
    this.#mix?.start(this.#rows, rows);
    for (const [at, column] of part.entries()) {
      this.#columns[at]!.take(this.#rows, column);
      this.#mix?.add(this.#rows, column);
    }
    this.#rows += rows;
  }

  #finish(): HashedBlock {
    const rows = this.#rows;
    this.#rows = 0;
    return {
      columns: this.#columns.map((column) => column.finish(rows)),
      rows: this.#mix?.take(rows) ?? new Uint8Array(0),
    };
  }
}

/** A column of the block that is being filled. */
class BlockColumn {
  readonly #width: number;
  readonly #nulls = new Uint8Array(BLOCK_ROWS);
  readonly #values: Uint8Array;
  #text: Hash | undefined;

  constructor(width: number) {
    this.#width = width;
    this.#values = new Uint8Array(BLOCK_ROWS * width);
  }

  take(first: number, { type, nulls, values, text }: CanonicalColumn): void {
    this.#nulls.set(nulls, first);
    this.#values.set(values, first * this.#width);
    if (type === 'string') (this.#text ??= createHash('sha256')).update(text);
  }

  finish(rows: number): Buffer {
    const hash = createHash('sha256');
    hash.update(this.#nulls.subarray(0, rows)).update(this.#values.subarray(0, rows * this.#width));
    if (this.#text) hash.update(this.#text.digest());
    this.#text = undefined;
    return hash.digest();
  }
}

function sliced({ type, nulls, values, text }: CanonicalColumn, from: number, to: number): CanonicalColumn {
  const width = VALUE_BYTES[type];
  const [start, end] = type === 'string' ? [textBefore(values, from), textBefore(values, to)] : [0, 0];
  return {
    type,
    nulls: nulls.subarray(from, to),
    values: values.subarray(from * width, to * width),
    text: text.subarray(start, end),
  };
}

/** The bytes of text before a row. */
function textBefore(values: Uint8Array, row: number): number {
  return new Uint32Array(values.buffer, values.byteOffset, row).reduce((sum, length) => sum + length, 0);
}

/** The SHA-256 of rows from the digests of their blocks' columns. */
export class BlocksHash {
  readonly #hash = createHash('sha256');

  constructor(schema: readonly TrainingSetColumn[]) {
    this.#hash.update(canonicalHeader(schema));
  }

  /** Adds the next block by the digests of its columns. */
  add(columns: readonly Uint8Array[]): void {
    this.#hash.update(hashOf(columns));
  }

  /** The hash in hex. Ends the hashing. */
  digest(): string {
    return this.#hash.digest('hex');
  }
}

function hashOf(digests: readonly Uint8Array[]): Buffer {
  const hash = createHash('sha256');
  for (const digest of digests) hash.update(digest);
  return hash.digest();
}
