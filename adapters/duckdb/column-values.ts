import { type DuckDBDataChunk, type DuckDBType, DuckDBTypeId } from '@duckdb/node-api';
import duckdb from '@duckdb/node-bindings';
import { type CanonicalColumn, VALUE_BYTES } from '../../domain/training/canonical-columns.ts';
import type { ColumnType } from '../../domain/training/manifest.ts';

/** DuckDB's type of each column type, as it stands in memory. A file of format 1 has moments without a zone. */
const TYPES: Readonly<Record<ColumnType, readonly DuckDBTypeId[]>> = {
  bigint: [DuckDBTypeId.BIGINT],
  double: [DuckDBTypeId.DOUBLE],
  string: [DuckDBTypeId.VARCHAR],
  boolean: [DuckDBTypeId.BOOLEAN],
  timestamp: [DuckDBTypeId.TIMESTAMP_TZ, DuckDBTypeId.TIMESTAMP],
};

/** A text's place in a vector takes 16 bytes: its length, then its bytes if they are few, else where they are. */
const [PLACE_BYTES, MOST_IN_PLACE] = [16, 12];

/** How much text of a chunk is laid out at once. */
const TEXT_AT_ONCE = 16 << 20;

/** Whether a column of DuckDB holds values of the type. */
export function holds(type: ColumnType, { typeId }: DuckDBType): boolean {
  return TYPES[type].includes(typeId);
}

/**
 * Lays out the columns of a chunk as they are hashed, straight from DuckDB's buffers. A chunk with much text
 * comes in parts.
 *
 * @param types of all columns of the chunk, each of which must {@link holds hold} its type.
 */
export function* columnValues(
  { chunk }: DuckDBDataChunk,
  types: readonly ColumnType[],
): Generator<CanonicalColumn[]> {
  const rows = duckdb.data_chunk_get_size(chunk);
  const columns = types.map((type, at) => open(duckdb.data_chunk_get_vector(chunk, at), type, rows));
  const text = columns.reduce((sum, { textBytes }) => sum + textBytes, 0);
  const atOnce = Math.max(1, Math.floor(rows / Math.max(1, Math.ceil(text / TEXT_AT_ONCE))));
  for (let first = 0; first < rows; first += atOnce) {
    const end = Math.min(first + atOnce, rows);
    yield columns.map((column) => layOut(column, first, end));
  }
}

/** A column of a chunk. */
interface OpenColumn {
  readonly type: ColumnType;
  readonly nulls: Uint8Array;
  /** The vector's own bytes, not canonical. */
  readonly data: Uint8Array;
  readonly textBytes: number;
}

function open(vector: duckdb.Vector, type: ColumnType, rows: number): OpenColumn {
  const width = type === 'string' ? PLACE_BYTES : VALUE_BYTES[type];
  const data = duckdb.vector_get_data(vector, rows * width);
  const nulls = nullsOf(vector, rows);
  let textBytes = 0;
  if (type === 'string') {
    const places = words(data);
    for (let row = 0; row < rows; row += 1) if (nulls[row] === 0) textBytes += places[row * 4]!;
  }
  return { type, nulls, data, textBytes };
}

function nullsOf(vector: duckdb.Vector, rows: number): Uint8Array {
  const nulls = new Uint8Array(rows);
  const valid = duckdb.vector_get_validity(vector, Math.ceil(rows / 64) * 8) as Uint8Array | null;
  if (valid) for (let row = 0; row < rows; row += 1) nulls[row] = ((valid[row >> 3]! >> (row & 7)) & 1) ^ 1;
  return nulls;
}

function layOut({ type, nulls: all, data }: OpenColumn, first: number, end: number): CanonicalColumn {
  const nulls = all.subarray(first, end);
  if (type === 'string') return layOutTexts(nulls, data, first);
  const width = VALUE_BYTES[type];
  const values = new Uint8Array(data.subarray(first * width, end * width)); // a copy
  if (type === 'double') makeDoublesCanonical(values);
  for (let row = 0; row < nulls.length; row += 1)
    if (nulls[row] === 1) values.fill(0, row * width, (row + 1) * width);
  return { type, nulls, values, text: new Uint8Array(0) };
}

/** Makes −0 0, and each NaN the one with the first bit of its fraction alone. */
function makeDoublesCanonical(bytes: Uint8Array): void {
  const doubles = new Float64Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 8);
  const halves = words(bytes);
  for (let row = 0; row < doubles.length; row += 1) {
    const value = doubles[row]!;
    if (value === 0) halves[row * 2 + 1] = 0;
    else if (Number.isNaN(value)) {
      halves[row * 2] = 0;
      halves[row * 2 + 1] = 0x7ff8_0000;
    }
  }
}

function layOutTexts(nulls: Uint8Array, data: Uint8Array, first: number): CanonicalColumn {
  const places = words(data);
  const lengths = new Uint32Array(nulls.length);
  let bytes = 0;
  for (let row = 0; row < nulls.length; row += 1) {
    if (nulls[row] === 0) lengths[row] = places[(first + row) * 4]!;
    bytes += lengths[row]!;
  }
  const text = new Uint8Array(bytes);
  for (let row = 0, at = 0; row < nulls.length; row += 1) {
    const length = lengths[row]!;
    const place = (first + row) * PLACE_BYTES;
    if (length > MOST_IN_PLACE) text.set(textElsewhere(data, place, length), at);
    else for (let byte = 0; byte < length; byte += 1) text[at + byte] = data[place + 4 + byte]!;
    at += length;
  }
  return { type: 'string', nulls, values: new Uint8Array(lengths.buffer), text };
}

function textElsewhere(data: Uint8Array, place: number, length: number): Uint8Array {
  return duckdb.get_data_from_pointer(data.buffer as ArrayBuffer, data.byteOffset + place + 8, length);
}

function words(bytes: Uint8Array): Uint32Array {
  return new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
}
