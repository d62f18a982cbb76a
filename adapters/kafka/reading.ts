import type { KafkaRecord } from '../../domain/record.ts';

/** A partition's offsets `[from, to)`, with `from < to`. */
export interface OffsetRange {
  readonly partition: number;
  readonly from: bigint;
  readonly to: bigint;
}

/** A read ends when it has this many records, or this many bytes of values. */
export interface ReadLimits {
  readonly maxRecords: number;
  readonly maxBytes: number;
}

/** What came of a partition's offsets `[from, next)`: offsets without a record held none for us. */
export interface Fetched {
  readonly partition: number;
  readonly from: bigint;
  readonly next: bigint;
  readonly records: readonly KafkaRecord[];
}

export interface ReadResult {
  /** In offset order within each partition. */
  readonly records: readonly KafkaRecord[];
  /** How far each range was read, `[from, to)`; `from === to` where a limit came first. */
  readonly ranges: readonly OffsetRange[];
}

/** How long a read may go without a new record before it fails, in ms. */
const STALL_MS = 30_000;

/** One read of some ranges while its records come in, fetch by fetch. */
export class Reading {
  readonly result: Promise<ReadResult>;
  readonly #ranges: readonly OffsetRange[];
  readonly #limits: ReadLimits;
  readonly #positions: Map<number, bigint>;
  readonly #records: KafkaRecord[] = [];
  #bytes = 0;
  #settled = false;
  #resolve!: (result: ReadResult) => void;
  #reject!: (error: Error) => void;
  #stalled: NodeJS.Timeout | undefined;

  constructor(ranges: readonly OffsetRange[], limits: ReadLimits) {
    this.#ranges = ranges;
    this.#limits = limits;
    this.#positions = new Map(ranges.map(({ partition, from }) => [partition, from]));
    this.result = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#watchForStall();
  }

  /** The offset that the partition's next record is expected at. */
  position(partition: number): bigint {
    return this.#positions.get(partition)!;
  }

  /** Whether more records of the partition are to come. */
  wants(partition: number): boolean {
    return !this.#settled && this.position(partition) < this.#end(partition);
  }

  /**
   * Takes what fits of a fetch that begins at the partition's position.
   *
   * @returns the rest, for a later read.
   */
  take({ partition, from, next, records }: Fetched): Fetched {
    const end = this.#end(partition);
    let taken = 0;
    while (!this.#settled && !this.#isFull() && taken < records.length && records[taken]!.offset < end) {
      const record = records[taken]!;
      this.#records.push(record);
      this.#bytes += record.value?.byteLength ?? 0;
      taken += 1;
    }
    const reached = this.#settled ? from : (records[taken]?.offset ?? next);
    const position = reached < end ? reached : end;
    if (!this.#settled) this.#advance(partition, position);
    return { partition, from: position, next, records: records.slice(taken) };
  }

  #advance(partition: number, position: bigint): void {
    this.#positions.set(partition, position);
    if (this.#isFull() || !this.#ranges.some((range) => this.wants(range.partition))) this.#finish();
    else this.#watchForStall();
  }

  fail(error: Error): void {
    this.#settle();
    this.#reject(error);
  }

  #settle(): void {
    this.#settled = true;
    clearTimeout(this.#stalled);
  }

  #end(partition: number): bigint {
    return this.#ranges.find((range) => range.partition === partition)!.to;
  }

  #isFull(): boolean {
    return this.#records.length >= this.#limits.maxRecords || this.#bytes >= this.#limits.maxBytes;
  }

  #finish(): void {
    this.#settle();
    const ranges = this.#ranges.map(({ partition, from }) => ({
      partition,
      from,
      to: this.position(partition),
    }));
    this.#resolve({ records: this.#records, ranges });
  }

  #watchForStall(): void {
    clearTimeout(this.#stalled);
    const waiting = this.#ranges
      .filter(({ partition }) => this.wants(partition))
      .map(({ partition, to }) => `partition ${partition} at offset ${this.position(partition)} of ${to}`);
    this.#stalled = setTimeout(
      () => this.fail(new Error(`no record came for ${STALL_MS / 1000} s: ${waiting.join(', ')}`)),
      STALL_MS,
    );
  }
}
