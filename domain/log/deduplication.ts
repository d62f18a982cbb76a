import type { EventSourceDefinition } from '../registry/definition.ts';
import { type Duration, parseDuration } from '../time/duration.ts';
import { type Instant, later, latest } from '../time/instant.ts';
import type { Event } from './event.ts';
import type { Watermark } from './watermark.ts';

/**
 * By partition and deduplication key: the partition clock at the last original of the key. The partition
 * clock at a raw event is the greatest min(event time, Kafka timestamp) among the raw events of its partition
 * up to and including this event.
 */
export type SeenEvents = ReadonlyMap<number, ReadonlyMap<string, Instant>>;

export const NOTHING_SEEN: SeenEvents = new Map();

/**
 * A source's rule for which events are duplicates. An event is a duplicate if an earlier original of its own
 * partition has the same values in the named fields and is at most `within` before it on the partition clock.
 * So the duplicates are a function of the log, as the watermark is. An event with a null in a named field is
 * never a duplicate.
 */
export interface Deduplication {
  /**
   * The deduplication key of an event: the names and values of the fields as text. Undefined if a value is
   * null.
   */
  readonly keyOf: (event: Event) => string | undefined;
  readonly within: Duration;
  /** The partition clock after a raw event, from the watermark after it. */
  readonly clockOf: (watermark: Instant) => Instant;
}

/** The deduplication of a source; undefined if the source has none. */
export function deduplicationOf(source: EventSourceDefinition): Deduplication | undefined {
  const { deduplicate, fields, allowedLateness } = source;
  if (!deduplicate) return undefined;
  const lateness = parseDuration(allowedLateness)!;
  const indexes = deduplicate.by.map((name) => fields.findIndex((field) => field.name === name));
  const names = JSON.stringify(deduplicate.by);
  return {
    within: parseDuration(deduplicate.within)!,
    clockOf: (watermark) => watermark + lateness,
    keyOf(event) {
      const values = indexes.map((index) => event.values[index] ?? null);
      if (values.includes(null)) return undefined;
      return (
        names + JSON.stringify(values.map((value) => (typeof value === 'bigint' ? String(value) : value)))
      );
    },
  };
}

/**
 * The moment on the partition clock before which an original can have no more duplicates. Undefined if the
 * partition has no watermark yet.
 */
export function forgettableBefore(
  { clockOf, within }: Deduplication,
  watermark: Watermark,
): Instant | undefined {
  return watermark === undefined ? undefined : clockOf(watermark) - within;
}

/** The seen events of both. Where both know a key, `newer` counts. */
export function overlay(older: SeenEvents, newer: SeenEvents): SeenEvents {
  const merged = new Map(older);
  for (const [partition, keys] of newer)
    merged.set(partition, new Map([...(merged.get(partition) ?? []), ...keys]));
  return merged;
}

/** The last original of each key among those of both, wherever in the log they are. */
export function lastOriginals(some: SeenEvents, others: SeenEvents): SeenEvents {
  const last = new Map([...some].map(([partition, keys]) => [partition, new Map(keys)]));
  for (const [partition, keys] of others) {
    const known = last.get(partition) ?? new Map<string, Instant>();
    for (const [key, clock] of keys) known.set(key, later(known.get(key) ?? clock, clock));
    last.set(partition, known);
  }
  return last;
}

/** Tells duplicates from originals, in the order of the log. */
export class DuplicateFinder {
  readonly #rule: Deduplication | undefined;
  readonly #before: SeenEvents;
  readonly #originals = new Map<number, Map<string, Instant>>();
  readonly #siblings = new Siblings();

  constructor(rule: Deduplication | undefined, before: SeenEvents) {
    this.#rule = rule;
    this.#before = before;
  }

  /** Whether the next raw event is a duplicate. `watermark` is the watermark after this event. */
  isDuplicate(event: Event, watermark: Instant): boolean {
    const rule = this.#rule;
    const key = rule?.keyOf(event);
    if (!rule || key === undefined) return false;
    const { partition } = event;
    const clock = rule.clockOf(watermark);
    if (event.index !== undefined)
      return this.#isDuplicateElement(event, { key, clock, within: rule.within });
    const last = this.#originals.get(partition)?.get(key) ?? this.#before.get(partition)?.get(key);
    if (last !== undefined && clock - last <= rule.within) return true;
    const ofPartition = this.#originals.get(partition) ?? new Map<string, Instant>();
    this.#originals.set(partition, ofPartition.set(key, clock));
    return false;
  }

  /**
   * Of an element, the partition clock goes on from the record before its own, so within a record it may go back.
   * It is never before that of an earlier record, so of earlier records the greatest decides.
   */
  #isDuplicateElement(
    event: Event,
    { key, clock, within }: { readonly key: string; readonly clock: Instant; readonly within: Duration },
  ): boolean {
    const { partition } = event;
    const siblings = this.#siblings.of(event, this.#originals);
    const last = this.#originals.get(partition)?.get(key) ?? this.#before.get(partition)?.get(key);
    if (last !== undefined && clock - last <= within) return true;
    const originals = siblings.get(key) ?? [];
    if (originals.some((other) => clock - other <= within && other - clock <= within)) return true;
    siblings.set(key, [...originals, clock]);
    return false;
  }

  /** The last original of each key among the events so far. */
  get originals(): SeenEvents {
    this.#siblings.join(this.#originals);
    return this.#originals;
  }
}

/** The originals among the elements of one record: by key, their partition clocks. */
class Siblings {
  #at: Pick<Event, 'partition' | 'offset'> | undefined;
  readonly #clocks = new Map<string, Instant[]>();

  /** Those of the record of an event. Those of a record before it join `originals`. */
  of({ partition, offset }: Event, originals: Map<number, Map<string, Instant>>): Map<string, Instant[]> {
    if (this.#at?.partition !== partition || this.#at.offset !== offset) {
      this.join(originals);
      this.#at = { partition, offset };
    }
    return this.#clocks;
  }

  join(originals: Map<number, Map<string, Instant>>): void {
    if (!this.#at || this.#clocks.size === 0) return;
    const { partition } = this.#at;
    const ofPartition = originals.get(partition) ?? new Map<string, Instant>();
    originals.set(partition, ofPartition);
    for (const [key, clocks] of this.#clocks) {
      const known = ofPartition.get(key);
      ofPartition.set(key, latest(known === undefined ? clocks : [known, ...clocks]));
    }
    this.#clocks.clear();
  }
}
