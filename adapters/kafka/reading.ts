import type { KafkaRecord } from '../../domain/log/kafka-record.ts';

/** A partition's offsets `[from, to)`. */
export interface OffsetRange {
  readonly partition: number;
  readonly from: bigint;
  readonly to: bigint;
}

/** What to read of a partition: the offsets `[from, to)`. Without `to`: every record from `from` on. */
export interface ReadRange {
  readonly partition: number;
  readonly from: bigint;
  readonly to?: bigint;
  /** Also read the offsets `[backTo, from)`, to compare their records with those of an earlier read. */
  readonly backTo?: bigint;
}

/** A read ends when it has this many records, or this many bytes of values. */
export interface ReadLimits {
  readonly maxRecords: number;
  readonly maxBytes: number;
  /** When to end a read of ranges without `to`. */
  readonly following?: Following;
}

/** When to end a read that follows the head. */
export interface Following {
  /**
   * How long the read goes on after its first record, in ms, so that records which arrive together are read
   * together.
   */
  readonly lingerMs: number;
  /**
   * The read does not end before this resolves, unless a limit is reached: until then the caller cannot use
   * records.
   */
  readonly ready: Promise<void>;
  /** How long to wait for a first record before the read ends with none, in ms. */
  readonly waitMs: number;
}

/** The records that were fetched of a partition's offsets `[from, next)`. The other offsets are absent. */
export interface Fetched {
  readonly partition: number;
  readonly from: bigint;
  readonly next: bigint;
  readonly records: readonly KafkaRecord[];
}

export interface ReadResult {
  /** In offset order within each partition. */
  readonly records: readonly KafkaRecord[];
  /** The records of `[backTo, from)`. */
  readonly before: readonly KafkaRecord[];
  /** How far each range was read, `[from, to)`; `from === to` if a limit came first. */
  readonly ranges: readonly OffsetRange[];
}

/** A read of ranges with `to` fails when no record arrives for this long, in ms. */
const STALL_MS = 30_000;

/** One running read of some ranges. It collects records fetch by fetch. */
export class Reading {
  readonly result: Promise<ReadResult>;
  readonly #ranges: ReadonlyMap<number, ReadRange>;
  readonly #limits: ReadLimits;
  readonly #positions: Map<number, bigint>;
  readonly #records: KafkaRecord[] = [];
  readonly #before: KafkaRecord[] = [];
  #bytes = 0;
  #settled = false;
  #resolve!: (result: ReadResult) => void;
  #reject!: (error: Error) => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(ranges: readonly ReadRange[], limits: ReadLimits) {
    this.#ranges = new Map(ranges.map((range) => [range.partition, range]));
    this.#limits = limits;
    this.#positions = new Map(ranges.map(({ partition, from, backTo }) => [partition, backTo ?? from]));
    this.result = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    if (limits.following) this.#finishIn(limits.following.waitMs);
    else this.#watchForStall();
  }

  /** The next offset to read of the partition. */
  position(partition: number): bigint {
    return this.#positions.get(partition)!;
  }

  /** Whether the read still needs records of the partition. */
  wants(partition: number): boolean {
    return !this.#settled && this.#isBefore(this.position(partition), this.#end(partition));
  }

  /**
   * Takes the records of a fetch that fit into the ranges and limits. The fetch must begin at the partition's
   * position.
   *
   * @returns the rest of the fetch, for a later read.
   */
  take({ partition, from, next, records }: Fetched): Fetched {
    const end = this.#end(partition);
    let taken = 0;
    while (
      !this.#settled &&
      !this.#isFull() &&
      taken < records.length &&
      this.#isBefore(records[taken]!.offset, end)
    ) {
      const record = records[taken]!;
      this.#collect(record);
      taken += 1;
    }
    const reached = this.#settled ? from : (records[taken]?.offset ?? next);
    const position = end === undefined || reached < end ? reached : end;
    if (!this.#settled) this.#advance(partition, position);
    return { partition, from: position, next, records: records.slice(taken) };
  }

  /**
   * Skips to the offset at which the log now begins. Records before the range may be deleted; they are
   * optional.
   */
  passOver(partition: number, offset: bigint): void {
    if (this.position(partition) < offset && offset <= this.#ranges.get(partition)!.from) {
      this.#positions.set(partition, offset);
    }
  }

  /** Ends the read with the records so far. */
  finish(): void {
    if (this.#settled) return;
    this.#settle();
    const ranges = [...this.#ranges.values()].map(({ partition, from }) => ({
      partition,
      from,
      to: this.#hasBegun(partition) ? this.position(partition) : from,
    }));
    this.#resolve({ records: this.#records, before: this.#before, ranges });
  }

  fail(error: Error): void {
    this.#settle();
    this.#reject(error);
  }

  #advance(partition: number, position: bigint): void {
    const partitions = [...this.#ranges.keys()];
    const isFirst = !partitions.some((each) => this.#hasBegun(each));
    this.#positions.set(partition, position);
    if (this.#isFull() || !partitions.some((each) => this.wants(each))) return this.finish();
    const { following } = this.#limits;
    if (!following) return this.#watchForStall();
    if (isFirst && this.#hasBegun(partition)) this.#finishIn(following.lingerMs, following.ready);
  }

  #collect(record: KafkaRecord): void {
    if (record.offset < this.#ranges.get(record.partition)!.from) return void this.#before.push(record);
    this.#records.push(record);
    this.#bytes += record.value?.byteLength ?? 0;
  }

  /** Whether the read has got past the start of the range itself. */
  #hasBegun(partition: number): boolean {
    return this.position(partition) > this.#ranges.get(partition)!.from;
  }

  #settle(): void {
    this.#settled = true;
    clearTimeout(this.#timer);
  }

  #end(partition: number): bigint | undefined {
    return this.#ranges.get(partition)!.to;
  }

  #isBefore(offset: bigint, end: bigint | undefined): boolean {
    return end === undefined || offset < end;
  }

  #isFull(): boolean {
    return this.#records.length >= this.#limits.maxRecords || this.#bytes >= this.#limits.maxBytes;
  }

  #finishIn(ms: number, ready: Promise<void> = Promise.resolve()): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void ready.then(() => this.finish()), ms);
  }

  #watchForStall(): void {
    clearTimeout(this.#timer);
    const waiting = [...this.#ranges.values()]
      .filter(({ partition }) => this.wants(partition))
      .map(({ partition, to }) => `partition ${partition} at offset ${this.position(partition)} of ${to}`);
    this.#timer = setTimeout(
      () => this.fail(new Error(`no record came for ${STALL_MS / 1000} s: ${waiting.join(', ')}`)),
      STALL_MS,
    );
  }
}
