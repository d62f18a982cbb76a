import { uniformInt } from 'pure-rand/distribution/uniformInt';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import type { EventSourceDefinition } from '../../domain/registry/definition.ts';
import { type StreamEngine, streamEngine } from '../../domain/stream/micro-batch.ts';
import type { Duration } from '../../domain/time/duration.ts';
import type { Instant } from '../../domain/time/instant.ts';
import type { CompiledStreamTable } from '../../domain/windows/stream-table.ts';
import type { Actor } from '../shared/timeline.ts';
import type { SourceStore } from './source-store.ts';
import type { Topic } from './topic.ts';

/** How many records a micro-batch takes at most. */
const MOST_RECORDS = 10_000;

export interface StreamParts {
  readonly source: EventSourceDefinition;
  readonly tables: readonly CompiledStreamTable[];
  readonly topic: Topic;
  readonly store: SourceStore;
  /** When its first trigger was, and how long it is from one to the next. 0: each record is read as it arrives. */
  readonly since: Instant;
  readonly trigger: Duration;
  readonly random: RandomGenerator;
  /** Called after each commit. */
  readonly onCommit: () => void;
}

/** The stream of a source: at each trigger it reads its topic to the end, in micro-batches, each one commit. */
export class SimulatedStream implements Actor {
  readonly #parts: StreamParts;
  #engine: StreamEngine;
  /** Whether the process has died since the last trigger. */
  #hasDied = false;

  constructor(parts: StreamParts) {
    this.#parts = parts;
    this.#engine = streamEngine(parts.source, parts.tables);
  }

  get next(): Instant | undefined {
    const { topic, since, trigger } = this.#parts;
    const first = topic.firstUnread;
    if (first === undefined || trigger === 0n) return first;
    const behind = (first - since) % trigger;
    return behind === 0n ? first : first - behind + trigger;
  }

  /** Whether there are records that have arrived by a moment and were not read. */
  isBehind(moment: Instant): boolean {
    const { firstUnread } = this.#parts.topic;
    return firstUnread !== undefined && firstUnread <= moment;
  }

  act(now: Instant): void {
    const { topic } = this.#parts;
    for (let unread = topic.unreadAt(now); unread > 0; unread = topic.unreadAt(now)) {
      this.#step(this.#hasDied ? this.#some(unread) : Math.min(unread, MOST_RECORDS), now);
      this.#hasDied = false;
    }
  }

  /**
   * The process dies in the middle of a micro-batch, after it has folded some records and before the commit. Another
   * one starts from what is stored; as after any failure, it takes fewer records at first.
   */
  die(now: Instant): void {
    const { topic } = this.#parts;
    const unread = topic.unreadAt(now);
    if (unread > 0) this.#fold(this.#some(unread));
    this.#engine = streamEngine(this.#parts.source, this.#parts.tables);
    this.#hasDied = true;
  }

  #step(count: number, now: Instant): void {
    const { topic, store, onCommit } = this.#parts;
    const { records, batch } = this.#fold(count);
    store.commit(batch, now);
    topic.commit(records);
    onCommit();
  }

  #fold(count: number) {
    const { topic, store } = this.#parts;
    const records = topic.peek(count);
    return { records, batch: this.#engine.fold(records, store.watermarks, store.seen) };
  }

  #some(unread: number): number {
    return uniformInt(this.#parts.random, 1, Math.min(unread, MOST_RECORDS));
  }
}
