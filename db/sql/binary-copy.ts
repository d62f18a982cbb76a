import type { Instant } from '../../domain/time/instant.ts';

/** What a column's values are in JavaScript, by the SQL type that takes them. */
export interface CopyValues {
  text: string;
  json: string;
  boolean: boolean;
  integer: number;
  bigint: number | bigint | string;
  'double precision': number;
  timestamptz: Instant;
}

export type CopyType = keyof CopyValues;

/** How a value is written, by the SQL type. */
export const copyWriters: {
  readonly [Type in CopyType]: (copy: BinaryCopy, value: CopyValues[Type]) => void;
} = {
  text: (copy, value) => copy.writeText(value),
  json: (copy, value) => copy.writeText(value),
  boolean: (copy, value) => copy.writeBoolean(value),
  integer: (copy, value) => copy.writeInteger(value),
  bigint: (copy, value) => copy.writeBigint(value),
  'double precision': (copy, value) => copy.writeDouble(value),
  timestamptz: (copy, value) => copy.writeTimestamptz(value),
};

const SIGNATURE = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
const TRAILER = -1;
const NULL_LENGTH = -1;
/** 2000-01-01, from which Postgres counts, in microseconds since 1970. */
const POSTGRES_EPOCH = 946_684_800_000_000n;
/** A UTF-16 code unit is at most so many bytes of UTF-8. */
const MAX_BYTES_PER_UNIT = 3;
/** A loop over the units of an ASCII text takes less time than `Buffer.write` up to about this length. */
const SHORT_TEXT = 24;
const CHUNK_BYTES = 256 * 1024;
/** Leaves room for a row, so that the buffer seldom has to grow. */
const FULL_BYTES = CHUNK_BYTES - 4_096;

/**
 * Rows in the binary format of Postgres's COPY, which costs neither side the writing and reading of numbers and times
 * as text. Chunks of about 256 KB, so that a batch of any size takes the memory of one.
 */
export class BinaryCopy {
  #buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  #view = new DataView(this.#buffer.buffer);
  #at = SIGNATURE.copy(this.#buffer);

  /** Whether {@link take} should be called before the next row. */
  get full(): boolean {
    return this.#at >= FULL_BYTES;
  }

  beginRow(columns: number): void {
    this.#writeInt16(columns);
  }

  end(): void {
    this.#writeInt16(TRAILER);
  }

  writeNull(): void {
    this.#reserve(4);
    this.#view.setInt32(this.#at, NULL_LENGTH);
    this.#at += 4;
  }

  writeText(value: string): void {
    this.#reserve(4 + value.length * MAX_BYTES_PER_UNIT);
    const start = this.#at + 4;
    const isWritten = value.length <= SHORT_TEXT && writeAscii(this.#buffer, start, value);
    const length = isWritten ? value.length : this.#buffer.write(value, start);
    this.#view.setInt32(this.#at, length);
    this.#at = start + length;
  }

  writeBoolean(value: boolean): void {
    const start = this.#begin(1);
    this.#view.setUint8(start, Number(value));
  }

  writeInteger(value: number): void {
    const start = this.#begin(4);
    this.#view.setInt32(start, value);
  }

  /** Two halves of a number take a third of the time of a `bigint` made for `setBigInt64`. */
  writeBigint(value: number | bigint | string): void {
    const start = this.#begin(8);
    const number = Number(value);
    if (!Number.isSafeInteger(number)) return this.#view.setBigInt64(start, BigInt(value));
    this.#view.setInt32(start, Math.floor(number / 2 ** 32));
    this.#view.setUint32(start + 4, number >>> 0);
  }

  writeDouble(value: number): void {
    const start = this.#begin(8);
    this.#view.setFloat64(start, value);
  }

  writeTimestamptz(value: Instant): void {
    const start = this.#begin(8);
    this.#view.setBigInt64(start, value - POSTGRES_EPOCH);
  }

  /** What was written since the last call. */
  take(): Buffer {
    const chunk = this.#buffer.subarray(0, this.#at);
    this.#replace(Buffer.allocUnsafeSlow(CHUNK_BYTES));
    this.#at = 0;
    return chunk;
  }

  #writeInt16(value: number): void {
    this.#reserve(2);
    this.#view.setInt16(this.#at, value);
    this.#at += 2;
  }

  /** Begins a value of so many bytes, and returns where they go; the view may be another afterwards. */
  #begin(bytes: number): number {
    this.#reserve(4 + bytes);
    this.#view.setInt32(this.#at, bytes);
    const start = this.#at + 4;
    this.#at = start + bytes;
    return start;
  }

  #reserve(bytes: number): void {
    if (this.#at + bytes > this.#buffer.length) this.#grow(bytes);
  }

  #grow(bytes: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(this.#buffer.length * 2, this.#at + bytes));
    this.#buffer.copy(larger, 0, 0, this.#at);
    this.#replace(larger);
  }

  #replace(buffer: Buffer<ArrayBuffer>): void {
    this.#buffer = buffer;
    this.#view = new DataView(buffer.buffer);
  }
}

/** Writes a text of nothing but ASCII; false where it holds anything else. */
function writeAscii(bytes: Uint8Array, start: number, text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit > 0x7f) return false;
    bytes[start + index] = unit;
  }
  return true;
}
