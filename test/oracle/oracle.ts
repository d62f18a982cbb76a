import { acceptAll } from './acceptance.ts';
import type { AcceptedEvent, LogRecord, OracleOptions, OraclePlace } from './log.ts';
import { type OracleWindowRow, windowEndsAround, windowRow } from './windows.ts';

/**
 * An event in the raw event table, with the watermark that it met: null for the first event of a partition.
 */
export interface RawRow extends AcceptedEvent {
  readonly watermark: bigint | null;
  /** Whether the event repeats an original and counts nowhere. */
  readonly duplicate: boolean;
}

/**
 * An event that came too late for some of its windows. `missed` are the ends of the first and the last of them;
 * it missed all windows between the two.
 */
export interface LateRow {
  readonly kafka_partition: number;
  readonly kafka_offset: bigint;
  readonly kafka_index: number;
  readonly user_id: string;
  readonly missed: readonly [first: bigint, last: bigint];
}

export interface Oracle {
  /** In the order of partition, offset and index, as are `deadLetters`, `skipped` and `late`. */
  readonly raw: readonly RawRow[];
  readonly deadLetters: readonly OraclePlace[];
  readonly skipped: readonly OraclePlace[];
  readonly late: readonly LateRow[];
  /** Every row of `user_activity_features`, by {@link windowKey}. */
  readonly windows: ReadonlyMap<string, OracleWindowRow>;
}

/** The key of a window row: its end, in microseconds since 1970, and the user. */
export function windowKey(user_id: string, window_end: bigint): string {
  return `${window_end} ${user_id}`;
}

/**
 * The naive oracle: what the records of a log must become, from the rules alone. It has no tiles, no
 * micro-batches and no code in common with the engine. The records may come in any order; their offsets give
 * their order in the log.
 */
export function oracle(log: Iterable<LogRecord>, options: OracleOptions): Oracle {
  const raw: RawRow[] = [];
  const deadLetters: OraclePlace[] = [];
  const skipped: OraclePlace[] = [];
  const late: LateRow[] = [];
  const inWindow = new Map<string, { user_id: string; end: bigint; events: AcceptedEvent[] }>();

  for (const partition of partitions(log)) {
    let newest: bigint | null = null; // the greatest min(event_ts, kafka_ts) so far; a null kafka_ts does not count
    const taken: TakenEvent[] = [];
    for (const record of partition) {
      // All events of a record meet the watermark before the record.
      const before: bigint | null = newest;
      for (const [place, event] of acceptAll(record, options)) {
        if (event === 'skipped') {
          skipped.push(place);
          continue;
        }
        if (event === 'dead letter' || options.refuses?.(event)) {
          deadLetters.push(place);
          continue;
        }
        const { event_ts, kafka_ts } = event;
        const watermark = before === null ? null : before - options.lateness;
        const reached = kafka_ts === null || event_ts < kafka_ts ? event_ts : kafka_ts;
        const clock: bigint = before === null || reached > before ? reached : before;
        taken.push({ event, watermark, clock, at: options.takenAt?.(place) ?? 0 });
        if (!options.wasReplayed?.(place) && (newest === null || clock > newest)) newest = clock;
      }
    }

    const duplicates = duplicatesAmong(taken, options);
    for (const one of taken) {
      const { event, watermark } = one;
      const { user_id, event_ts, kafka_partition, kafka_offset, kafka_index } = event;
      raw.push({ ...event, watermark, duplicate: duplicates.has(one) });
      if (duplicates.has(one)) continue;

      const ends = windowEndsAround(event_ts, options);
      const missed = ends.filter((end) => watermark !== null && end <= watermark);
      if (missed.length > 0) {
        const ofList: LateRow['missed'] = [missed[0]!, missed.at(-1)!];
        late.push({ kafka_partition, kafka_offset, kafka_index, user_id, missed: ofList });
      }
      const counted = options.merged?.(event_ts) ? ends : ends.slice(missed.length);
      for (const end of counted) {
        const key = windowKey(user_id, end);
        const window = inWindow.get(key) ?? { user_id, end, events: [] };
        window.events.push(event);
        inWindow.set(key, window);
      }
    }
  }

  const windows = new Map<string, OracleWindowRow>();
  const { slide, tail } = options;
  const eventsAt = (user_id: string, end: bigint) => inWindow.get(windowKey(user_id, end))?.events ?? [];
  for (const { user_id, end: of } of inWindow.values()) {
    // Without a tail, a window has a row if it holds something; with one, if it differs from the one before it.
    for (const end of tail === undefined ? [of] : [of, of + slide]) {
      const events = eventsAt(user_id, end);
      if (tail !== undefined && areSame(events, eventsAt(user_id, end - slide))) continue;
      windows.set(windowKey(user_id, end), windowRow(user_id, end, events, options));
    }
  }
  return { raw, deadLetters, skipped, late, windows };
}

/** Whether two lists hold the same events. */
export function areSame(some: readonly AcceptedEvent[], others: readonly AcceptedEvent[]): boolean {
  return some.length === others.length && some.every((event) => others.includes(event));
}

/** An event of one partition: its watermark, its partition clock, and when it was taken. */
interface TakenEvent {
  readonly event: AcceptedEvent;
  readonly watermark: bigint | null;
  readonly clock: bigint;
  readonly at: number;
}

/** The events, in the order of the log, that repeat an original which was taken before them. */
function duplicatesAmong(events: readonly TakenEvent[], { deduplicate }: OracleOptions): Set<TakenEvent> {
  const duplicates = new Set<TakenEvent>();
  if (!deduplicate) return duplicates;
  const originals: TakenEvent[] = [];
  for (const one of [...events].sort((a, b) => a.at - b.at)) {
    const key = deduplicate.keyOf(one.event);
    const isNear = (other: TakenEvent): boolean =>
      other.clock - one.clock <= deduplicate.within && one.clock - other.clock <= deduplicate.within;
    if (originals.some((other) => key !== null && deduplicate.keyOf(other.event) === key && isNear(other)))
      duplicates.add(one);
    else originals.push(one);
  }
  return duplicates;
}

/** The records of each partition, in the order of their offsets. */
function partitions(log: Iterable<LogRecord>): LogRecord[][] {
  const byPartition = new Map<number, LogRecord[]>();
  for (const record of log) {
    const records = byPartition.get(record.partition) ?? [];
    records.push(record);
    byPartition.set(record.partition, records);
  }
  return [...byPartition]
    .sort(([a], [b]) => a - b)
    .map(([, records]) => records.sort((a, b) => Number(a.offset - b.offset)));
}
