import type { ColumnType, TrainingSetColumn } from './manifest.ts';

/** The rows of a block of canonical rows of format 2. The last block of a set may have fewer. */
export const BLOCK_ROWS = 65_536;

/** The bytes of a value of each type. A text has the bytes of its length. */
export const VALUE_BYTES: Readonly<Record<ColumnType, number>> = {
  bigint: 8,
  double: 8,
  timestamp: 8,
  boolean: 1,
  string: 4,
};

/** The values of a column in some rows, laid out as they are hashed. */
export interface CanonicalColumn {
  readonly type: ColumnType;
  /** A byte for each row: 1 for null. */
  readonly nulls: Uint8Array;
  /** {@link VALUE_BYTES} for each row, little-endian. Of a null: zeros. Of a text: the length of its UTF-8. */
  readonly values: Uint8Array;
  /** The UTF-8 of the texts, one after the other. Empty unless they are texts. */
  readonly text: Uint8Array;
}

/** What is kept of a block of rows. */
export interface HashedBlock {
  /** The SHA-256 of each column, in schema order. */
  readonly columns: readonly Uint8Array[];
  /** What tells the rows apart: 8 bytes of `RowMix` for each. Empty where it is not asked for. */
  readonly rows: Uint8Array;
}

/** What precedes the digests of the blocks: the names and types of the columns. */
export function canonicalHeader(schema: readonly TrainingSetColumn[]): Uint8Array {
  return Buffer.concat(
    [String(schema.length), ...schema.flatMap(({ name, type }) => [name, type])].map(withLength),
  );
}

function withLength(text: string): Uint8Array {
  const bytes = Buffer.from(text, 'utf8');
  const length = Buffer.alloc(4);
  length.writeUInt32LE(bytes.length);
  return Buffer.concat([length, bytes]);
}
