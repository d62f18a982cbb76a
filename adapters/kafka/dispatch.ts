import type { Fetched, ReadRange, Reading } from './reading.ts';

/** What a consumer does for its reads. */
export interface Fetching {
  seek(partition: number, offset: bigint): void;
  resume(partition: number): void;
  pause(partitions: readonly number[]): void;
}

/**
 * Gives what a consumer fetches to the reads that wait for it. A fetch counts only at the offset that it was
 * fetched from: after a seek, fetches from before may still arrive.
 */
export class Dispatch {
  readonly #fetching: Fetching;
  /** By partition: the read that waits for its records. */
  readonly #readings = new Map<number, Reading>();
  /**
   * By partition: records that were fetched beyond the last read's limits; the next read can begin with them.
   */
  readonly #rests = new Map<number, Fetched>();
  /** By partition: the offset at which the consumer's next fetch begins, unless a seek moves it. */
  readonly #fetchedTo = new Map<number, bigint>();

  constructor(fetching: Fetching) {
    this.#fetching = fetching;
  }

  /** Begins to give a partition's records to a read. Ends another read of the partition, if there is one. */
  begin(reading: Reading, { partition }: ReadRange): void {
    this.#readings.get(partition)?.fail(new Error(`another read of partition ${partition} began`));
    this.#readings.set(partition, reading);
    const rest = this.#rests.get(partition);
    this.#rests.delete(partition);
    if (rest?.from === reading.position(partition)) this.#give(reading, rest);
    if (!reading.wants(partition)) return;
    const position = reading.position(partition);
    if (this.#fetchedTo.get(partition) !== position) this.#seek(partition, position);
    this.#fetching.resume(partition);
  }

  /**
   * Ends a read.
   *
   * @returns the partitions that no other read waits for.
   */
  end(reading: Reading, ranges: readonly ReadRange[]): number[] {
    const own = ranges.filter(({ partition }) => this.#readings.get(partition) === reading);
    for (const { partition } of own) this.#readings.delete(partition);
    return own.map(({ partition }) => partition);
  }

  /** @param consumerNext the offset at which the consumer fetches next by itself. */
  receive(fetched: Fetched, consumerNext: bigint): void {
    const { partition, from, next } = fetched;
    const reading = this.#readings.get(partition);
    reading?.passOver(partition, from);
    const expected = reading?.position(partition) ?? this.#fetchedTo.get(partition);
    if (from !== expected) return this.#refuse(partition, reading);
    if (next === consumerNext) this.#fetchedTo.set(partition, next);
    else this.#seek(partition, next);
    if (reading) return this.#give(reading, fetched);
    this.#rests.set(partition, fetched);
    this.#fetching.pause([partition]);
  }

  /** Forgets everything: the consumer has lost its offsets, and the topic may be a new one. */
  reset(): void {
    this.#fetchedTo.clear();
    this.#rests.clear();
    for (const reading of new Set(this.#readings.values())) reading.finish();
    this.#readings.clear();
  }

  fail(error: Error): void {
    for (const reading of this.#readings.values()) reading.fail(error);
  }

  #refuse(partition: number, reading: Reading | undefined): void {
    if (reading) this.#seek(partition, reading.position(partition));
    else this.#fetching.pause([partition]);
  }

  #give(reading: Reading, fetched: Fetched): void {
    const { partition } = fetched;
    const rest = reading.take(fetched);
    if (rest.records.length === 0) return;
    this.#rests.set(partition, rest);
    if (!reading.wants(partition)) this.#fetching.pause([partition]);
  }

  #seek(partition: number, offset: bigint): void {
    this.#fetchedTo.set(partition, offset);
    this.#fetching.seek(partition, offset);
  }
}
