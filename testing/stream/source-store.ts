import { type Day, dayOf } from '../../domain/batch/day-tiles.ts';
import type { DeadLetter } from '../../domain/log/dead-letter.ts';
import { NOTHING_SEEN, type SeenEvents } from '../../domain/log/deduplication.ts';
import { type Event, countInvalid } from '../../domain/log/event.ts';
import type { RawEvent } from '../../domain/log/raw-event.ts';
import type { Watermark } from '../../domain/log/watermark.ts';
import { earliestRecord } from '../../domain/stream/earliest-record.ts';
import type { MicroBatch } from '../../domain/stream/micro-batch.ts';
import { type CountsByName, addByName } from '../../domain/stream/stream-counts.ts';
import type { Instant } from '../../domain/time/instant.ts';
import type { LateEvent } from '../../domain/windows/lateness.ts';
import type { WriteLog } from '../store/write-log.ts';
import type { StreamTableStore } from './table-store.ts';

/** What became of the records of a source. */
export interface SourceCounts {
  /** Events, duplicates included. */
  readonly raw: number;
  readonly duplicates: number;
  readonly deadLetters: number;
  readonly skipped: number;
  /** Entries of the late list: one for each event and table. */
  readonly late: number;
  /** By field: how many values did not fit and became null. */
  readonly invalidFields: CountsByName;
}

/** The events of a day that are no duplicates, and the sequence of the last write that added one. */
export interface EventDay {
  readonly events: Event[];
  changed: bigint;
}

/** What is stored of a source: all that stays when a process dies. */
export class SourceStore {
  readonly raw: RawEvent[] = [];
  readonly deadLetters: DeadLetter[] = [];
  readonly late: LateEvent[] = [];
  readonly days = new Map<Day, EventDay>();
  readonly #writes: WriteLog;
  readonly #tables: ReadonlyMap<string, StreamTableStore>;
  #watermarks: ReadonlyMap<number, Watermark> = new Map();
  readonly #seen = new Map<number, Map<string, Instant>>();
  #skipped = 0;
  #duplicates = 0;
  #invalidFields: CountsByName = {};

  constructor(writes: WriteLog, tables: ReadonlyMap<string, StreamTableStore>) {
    this.#writes = writes;
    this.#tables = tables;
  }

  get watermarks(): ReadonlyMap<number, Watermark> {
    return this.#watermarks;
  }

  /** The originals so far. Whether one is too old to have duplicates, the fold decides. */
  get seen(): SeenEvents {
    return this.#seen.size === 0 ? NOTHING_SEEN : this.#seen;
  }

  get counts(): SourceCounts {
    return {
      raw: this.raw.length,
      duplicates: this.#duplicates,
      deadLetters: this.deadLetters.length,
      skipped: this.#skipped,
      late: this.late.length,
      invalidFields: this.#invalidFields,
    };
  }

  /** Stores a micro-batch, all of it at once. */
  commit(batch: MicroBatch, now: Instant): void {
    const sequence = this.#writes.add(now, { earliestRecord: earliestRecord(batch.raw) });
    for (const one of batch.raw) this.#addEvent(one, sequence);
    for (const letter of batch.deadLetters) this.deadLetters.push(letter);
    for (const one of batch.late) this.late.push(one);
    this.#skipped += batch.skipped.length;
    this.#watermarks = new Map([...this.#watermarks, ...batch.watermarks]);
    for (const [partition, keys] of batch.seen) {
      const known = this.#seen.get(partition) ?? new Map<string, Instant>();
      this.#seen.set(partition, known);
      for (const [key, clock] of keys) known.set(key, clock);
    }
    for (const [name, tiles] of batch.tiles) this.#tables.get(name)!.merge(tiles, sequence);
  }

  #addEvent(one: RawEvent, sequence: bigint): void {
    const { event, duplicate } = one;
    this.raw.push(one);
    if (event.invalid) this.#invalidFields = addByName(this.#invalidFields, countInvalid(event));
    if (duplicate) {
      this.#duplicates += 1;
      return;
    }
    const day = dayOf(event.eventTs);
    const known = this.days.get(day);
    if (known) {
      known.events.push(event);
      known.changed = sequence;
    } else this.days.set(day, { events: [event], changed: sequence });
  }
}
