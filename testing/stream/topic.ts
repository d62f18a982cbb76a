import { partitionChoice } from '../../adapters/kafka/partition-choice.ts';
import type { KafkaRecord } from '../../domain/log/kafka-record.ts';
import type { Instant } from '../../domain/time/instant.ts';

/** A record on its way to a topic. */
export interface PendingRecord {
  /** When it arrives. */
  readonly at: Instant;
  readonly key: string | null;
  readonly value: Uint8Array | null;
  readonly headers?: ReadonlyMap<string, Uint8Array> | undefined;
  /** Undefined: its key decides. */
  readonly partition?: number | undefined;
  /** Its Kafka timestamp. Undefined: when it arrives. */
  readonly kafkaTs?: Instant | null | undefined;
}

/** A topic: what was sent, in the order in which it arrives. A record gets its place in the log when it is read. */
export class Topic {
  readonly #partitionOf: (key: string | null) => number;
  readonly #offsets = new Map<number, bigint>();
  #pending: (PendingRecord & { readonly partition: number })[] = [];
  #isSorted = true;
  #read = 0;

  constructor(partitions: number) {
    this.#partitionOf = partitionChoice(partitions);
  }

  send(records: Iterable<PendingRecord>): void {
    this.#pending = this.#pending.slice(this.#read);
    this.#read = 0;
    for (const record of records) {
      const partition = record.partition ?? this.#partitionOf(record.key);
      this.#pending.push({ ...record, partition });
    }
    this.#isSorted = false;
  }

  /** When the first record arrives that was not read. Undefined: all were. */
  get firstUnread(): Instant | undefined {
    this.#sort();
    return this.#pending[this.#read]?.at;
  }

  /** The number of records that have arrived by a moment and were not read. */
  unreadAt(moment: Instant): number {
    this.#sort();
    let count = 0;
    while (this.#read + count < this.#pending.length && this.#pending[this.#read + count]!.at <= moment)
      count += 1;
    return count;
  }

  /** The next records, which stay unread until {@link commit}. */
  peek(count: number): KafkaRecord[] {
    const offsets = new Map(this.#offsets);
    return this.#pending.slice(this.#read, this.#read + count).map((record) => {
      const { partition } = record;
      const offset = offsets.get(partition) ?? 0n;
      offsets.set(partition, offset + 1n);
      return recordAt(partition, offset, record);
    });
  }

  /** Notes that these records, which were peeked, are read. */
  commit(records: readonly KafkaRecord[]): void {
    this.#read += records.length;
    for (const { partition, offset } of records) this.#offsets.set(partition, offset + 1n);
  }

  #sort(): void {
    if (this.#isSorted) return;
    const unread = this.#pending.slice(this.#read);
    this.#pending = unread.sort((a, b) => (a.at < b.at ? -1 : Number(a.at > b.at)));
    this.#read = 0;
    this.#isSorted = true;
  }
}

function recordAt(
  partition: number,
  offset: bigint,
  { key, value, headers, at, kafkaTs = at }: PendingRecord,
): KafkaRecord {
  return { partition, offset, kafkaTs, key: key === null ? null : Buffer.from(key), value, headers };
}
