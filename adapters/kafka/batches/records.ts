/** A record of a batch. Its times and offsets are relative to those of the batch. */
export interface BatchRecord {
  readonly timestampDelta: number;
  readonly offsetDelta: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** By name: the last header of that name. Undefined: the record has none. */
  readonly headers: ReadonlyMap<string, Buffer | null> | undefined;
}

/** The most bytes of a varint of 64 bits. */
const MAX_VARINT_BYTES = 10;

/**
 * The records of a batch, uncompressed.
 *
 * @throws RangeError if the bytes are not exactly `count` records with ascending offsets up to
 * `lastOffsetDelta`.
 */
export function readRecords(bytes: Buffer, count: number, lastOffsetDelta: number): BatchRecord[] {
  const reader = new RecordReader(bytes);
  const records: BatchRecord[] = [];
  let least = 0;
  for (let index = 0; index < count; index += 1) {
    const record = reader.next();
    if (record.offsetDelta < least || record.offsetDelta > lastOffsetDelta) {
      throw new RangeError('its offsets are not in order');
    }
    least = record.offsetDelta + 1;
    records.push(record);
  }
  if (!reader.isAtEnd) throw new RangeError('it is longer than its records');
  return records;
}

class RecordReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  next(): BatchRecord {
    const length = this.#varint();
    const end = this.#at + length;
    if (length < 1 || end > this.#bytes.length) throw endsTooSoon();
    this.#at += 1; // the attributes, which have no meaning yet
    const timestampDelta = this.#varint();
    const offsetDelta = this.#varint();
    const [key, value] = [this.#nullable(end), this.#nullable(end)];
    const headers = this.#headers(end);
    this.#at = end;
    return { timestampDelta, offsetDelta, key, value, headers };
  }

  #headers(end: number): Map<string, Buffer | null> | undefined {
    const count = this.#at < end ? this.#varint() : 0;
    if (count <= 0) return undefined;
    const headers = new Map<string, Buffer | null>();
    for (let index = 0; index < count; index += 1) {
      headers.set(String(this.#nullable(end) ?? ''), this.#nullable(end));
    }
    return headers;
  }

  #nullable(end: number): Buffer | null {
    const length = this.#varint();
    if (length < 0) return null;
    const start = this.#at;
    this.#at += length;
    if (this.#at > end) throw endsTooSoon();
    return this.#bytes.subarray(start, this.#at);
  }

  /** Seven bits in each byte, the lowest first; the lowest bit of the sum is the sign. */
  #varint(): number {
    let sum = 0;
    let scale = 1;
    for (let index = 0; index < MAX_VARINT_BYTES; index += 1, scale *= 128) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) throw endsTooSoon();
      sum += (byte & 0x7f) * scale;
      if (byte < 0x80) return sum % 2 === 0 ? sum / 2 : -(sum + 1) / 2;
    }
    throw new RangeError('a number in it is too long');
  }
}

function endsTooSoon(): RangeError {
  return new RangeError('a record in it ends too soon');
}
