import type { Instant } from '../../domain/time/instant.ts';

/** A committed write of a simulation. */
export interface CommittedWrite {
  /** Its place among all writes, from 1. */
  readonly sequence: bigint;
  readonly knownAt: Instant;
  /** Whether its rows are of a time before it, in which they count as known. */
  readonly isHistory: boolean;
  /** The earliest Kafka timestamp of its events. Null: one of them has none, or there are none. */
  readonly earliestRecord: Instant | null;
}

/** All writes of a simulation, in order. Each is committed at once, so a sequence is a knowledge cut. */
export class WriteLog {
  readonly #writes: CommittedWrite[] = [];

  /** The sequence of the last write. 0 before the first one. */
  get last(): bigint {
    return BigInt(this.#writes.length);
  }

  add(
    knownAt: Instant,
    {
      isHistory = false,
      earliestRecord = null,
    }: Partial<Pick<CommittedWrite, 'isHistory' | 'earliestRecord'>> = {},
  ): bigint {
    const sequence = this.last + 1n;
    this.#writes.push({ sequence, knownAt, isHistory, earliestRecord });
    return sequence;
  }

  get(sequence: bigint): CommittedWrite {
    return this.#writes[Number(sequence - 1n)]!;
  }
}
