import type { EventSourceDefinition } from '../registry/definition.ts';
import { type Duration, parseDuration } from '../time/duration.ts';
import type { Instant } from '../time/instant.ts';
import type { Event } from './event.ts';
import type { Watermark } from './watermark.ts';

/**
 * By partition and key: where the last kept event of the key stands on the clock of its partition. The clock at a raw
 * event is the greatest min(event time, Kafka timestamp) among the raw events of its partition up to and including it.
 */
export type SeenEvents = ReadonlyMap<number, ReadonlyMap<string, Instant>>;

export const NOTHING_SEEN: SeenEvents = new Map();

/**
 * Which events are duplicates. An event is one if an earlier event of its own partition, itself no duplicate, has the
 * same values in the named fields and stands at most `within` before it on the partition's clock: a function of the log
 * alone, as the watermark is. A null in a named field makes an event never a duplicate.
 */
export interface Deduplication {
  /** The named fields and their values as a text; undefined where one is null. */
  readonly keyOf: (event: Event) => string | undefined;
  readonly within: Duration;
  /** The clock after a raw event, from the watermark after it. */
  readonly clockOf: (watermark: Instant) => Instant;
}

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

/** The moment on a partition's clock before which kept events can have no more duplicates; none before its first. */
export function forgettableBefore(
  { clockOf, within }: Deduplication,
  watermark: Watermark,
): Instant | undefined {
  return watermark === undefined ? undefined : clockOf(watermark) - within;
}

/** The seen events with those of `newer` over them. */
export function overlay(older: SeenEvents, newer: SeenEvents): SeenEvents {
  const merged = new Map(older);
  for (const [partition, keys] of newer)
    merged.set(partition, new Map([...(merged.get(partition) ?? []), ...keys]));
  return merged;
}

/** Tells duplicates from events that are kept, in the order of the log. */
export class DuplicateFinder {
  readonly #rule: Deduplication | undefined;
  readonly #before: SeenEvents;
  readonly #kept = new Map<number, Map<string, Instant>>();

  constructor(rule: Deduplication | undefined, before: SeenEvents) {
    this.#rule = rule;
    this.#before = before;
  }

  /** Whether the next raw event is a duplicate; `watermark` is the one after it. */
  isDuplicate(event: Event, watermark: Instant): boolean {
    const rule = this.#rule;
    const key = rule?.keyOf(event);
    if (!rule || key === undefined) return false;
    const { partition } = event;
    const clock = rule.clockOf(watermark);
    const last = this.#kept.get(partition)?.get(key) ?? this.#before.get(partition)?.get(key);
    if (last !== undefined && clock - last <= rule.within) return true;
    const kept = this.#kept.get(partition) ?? new Map<string, Instant>();
    this.#kept.set(partition, kept.set(key, clock));
    return false;
  }

  /** Those that were kept. */
  get kept(): SeenEvents {
    return this.#kept;
  }
}
