import type { TrainingSetColumn } from '../../domain/training/manifest.ts';
import { BlocksHash } from './canonical-blocks.ts';

/** A written training set, and which of its columns the spine has, in the spine's order. */
export interface WrittenRows {
  readonly path: string;
  readonly schema: readonly TrainingSetColumn[];
  readonly spineColumns: readonly string[];
}

/** The SHA-256 of a training set of format 2. */
export interface SetHashes {
  /** Of all columns. */
  readonly sha256: string;
  /** Of the spine's columns alone. */
  readonly spineSha256: string;
}

/** The places of the spine's columns in the schema. */
export function spinePlaces({ schema, spineColumns }: Omit<WrittenRows, 'path'>): number[] {
  return spineColumns.map((column) => schema.findIndex(({ name }) => name === column));
}

/** Hashes a training set and its spine from the digests of its blocks' columns. */
export class SetHash {
  readonly #places: readonly number[];
  readonly #whole: BlocksHash;
  readonly #spine: BlocksHash;

  constructor(written: Omit<WrittenRows, 'path'>) {
    this.#places = spinePlaces(written);
    this.#whole = new BlocksHash(written.schema);
    this.#spine = new BlocksHash(this.#places.map((at) => written.schema[at]!));
  }

  /** Adds the next block by the digests of its columns. */
  add(columns: readonly Uint8Array[]): void {
    this.#whole.add(columns);
    this.#spine.add(this.#places.map((at) => columns[at]!));
  }

  /** Ends the hashing. */
  digest(): SetHashes {
    return { sha256: this.#whole.digest(), spineSha256: this.#spine.digest() };
  }
}
