import type { Instant } from '../domain/instant.ts';

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

const SIGNATURE = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
const TRAILER = -1;
const NULL_LENGTH = -1;
/** 2000-01-01, from which Postgres counts, in microseconds since 1970. */
const POSTGRES_EPOCH = 946_684_800_000_000n;
/** A UTF-16 code unit is at most so many bytes of UTF-8. */
const MAX_BYTES_PER_UNIT = 3;
const CHUNK_BYTES = 256 * 1024;
/** Leaves room for a row, so that the buffer seldom has to grow. */
const FULL_BYTES = CHUNK_BYTES - 4_096;
const LENGTHS = { boolean: 1, integer: 4, bigint: 8, 'double precision': 8, timestamptz: 8 };

/**
 * Rows in the binary format of Postgres's COPY, which costs neither side the writing and reading of numbers and times
 * as text. Chunks of about 256 KB, so that a batch of any size takes the memory of one.
 */
export class BinaryCopy {
  #buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  #view = new DataView(this.#buffer.buffer);
  #at = SIGNATURE.copy(this.#buffer);
  readonly #columns: number;

  constructor(columns: number) {
    this.#columns = columns;
  }

  /** Whether {@link take} should be called before the next row. */
  get full(): boolean {
    return this.#at >= FULL_BYTES;
  }

  beginRow(): void {
    this.#reserve(2);
    this.#view.setInt16(this.#at, this.#columns);
    this.#at += 2;
  }

  write<Type extends CopyType>(type: Type, value: CopyValues[Type] | null): void {
    if (value === null) this.#writeNull();
    else if (type === 'text' || type === 'json') this.#writeText(value as string);
    else this.#writeFixed(type, value);
  }

  end(): void {
    this.#reserve(2);
    this.#view.setInt16(this.#at, TRAILER);
    this.#at += 2;
  }

  /** What was written since the last call. */
  take(): Buffer {
    const chunk = this.#buffer.subarray(0, this.#at);
    this.#replace(Buffer.allocUnsafeSlow(CHUNK_BYTES));
    this.#at = 0;
    return chunk;
  }

  #writeNull(): void {
    this.#reserve(4);
    this.#view.setInt32(this.#at, NULL_LENGTH);
    this.#at += 4;
  }

  #writeText(value: string): void {
    this.#reserve(4 + value.length * MAX_BYTES_PER_UNIT);
    const length = this.#buffer.write(value, this.#at + 4);
    this.#view.setInt32(this.#at, length);
    this.#at += 4 + length;
  }

  #writeFixed(type: Exclude<CopyType, 'text' | 'json'>, value: CopyValues[CopyType]): void {
    const length = LENGTHS[type];
    this.#reserve(4 + length);
    this.#view.setInt32(this.#at, length);
    const start = this.#at + 4;
    this.#at = start + length;
    switch (type) {
      case 'boolean':
        return this.#view.setUint8(start, Number(value));
      case 'integer':
        return this.#view.setInt32(start, Number(value));
      case 'bigint':
        return this.#view.setBigInt64(start, BigInt(value));
      case 'double precision':
        return this.#view.setFloat64(start, Number(value));
      case 'timestamptz':
        return this.#view.setBigInt64(start, BigInt(value) - POSTGRES_EPOCH);
    }
  }

  #reserve(bytes: number): void {
    if (this.#at + bytes <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.#buffer.length * 2, this.#at + bytes));
    this.#buffer.copy(larger, 0, 0, this.#at);
    this.#replace(larger);
  }

  #replace(buffer: Buffer<ArrayBuffer>): void {
    this.#buffer = buffer;
    this.#view = new DataView(buffer.buffer);
  }
}
