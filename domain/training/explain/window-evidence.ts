import type { FeatureValue } from '../../aggregation/aggregator.ts';
import type { FieldValue } from '../../log/event.ts';
import type { RawEvent } from '../../log/raw-event.ts';
import { type AggregateFeature, isAggregate } from '../../registry/definition.ts';
import { parseDuration } from '../../time/duration.ts';
import type { Instant } from '../../time/instant.ts';
import { refoldAsIs } from '../../windows/refold.ts';
import { type CompiledStreamTable, type EntityKey, aggregationIdentity } from '../../windows/stream-table.ts';
import { TileSet } from '../../windows/tile-set.ts';
import { withTailTiles } from '../../windows/tile.ts';
import { windowRows } from '../../windows/window-row.ts';
import { windowStart } from '../../windows/window.ts';

/** A raw event of a window, and which writes knew it. */
export interface WindowEvent extends RawEvent {
  /** The sequence of the write that stored it. */
  readonly stored: bigint;
  /** The sequence of the write that merged it into the windows that it had missed. Null: none has. */
  readonly merged: bigint | null;
}

/** A version of a row of a stream table: what it holds, and the sequence of the write that made it. */
export interface ComputedRow {
  readonly key: EntityKey;
  readonly end: Instant;
  readonly written: bigint;
  /** In the order of the table's features. */
  readonly values: readonly FeatureValue[];
}

export const EVENT_FATES = {
  counted: 'counts',
  merged: 'came too late, and counts since a backfill merged it',
  late: 'came too late for this window, and does not count',
  duplicate: 'repeats an earlier event, and does not count',
  storedLater: 'was stored after this version was written',
} as const;

export type EventFate = keyof typeof EVENT_FATES;

/** What became of an event of a window, and the value that it brings to each feature that counts it. */
export interface EventEvidence {
  readonly event: WindowEvent;
  readonly fate: EventFate;
  readonly brings: ReadonlyMap<string, FieldValue>;
}

/** What the events of a window say of a row. */
export interface WindowEvidence {
  readonly events: readonly EventEvidence[];
  /** The row's values, computed from the events by the code that made the row. Null: the events give no row. */
  readonly values: readonly FeatureValue[] | null;
  /** Whether they are the values that are stored. */
  readonly recomputes: boolean;
}

/** Where the events of a row begin. Null: with the first of the entity, since a feature is over a lifetime. */
export function evidenceFrom(table: CompiledStreamTable, end: Instant): Instant | null {
  return table.lifetime.length > 0 ? null : windowStart(table.window, end);
}

/**
 * Tells which of the events of a row's window it counts, and computes the row from them again.
 *
 * @param events all raw events of the entity from {@link evidenceFrom} up to the end of the window.
 */
export function windowEvidence(
  table: CompiledStreamTable,
  row: ComputedRow,
  events: readonly WindowEvent[],
): WindowEvidence {
  const features = readingsOf(table, row.end);
  const known = events.filter(({ stored }) => stored <= row.written);
  const tiles = refoldAsIs(
    table,
    known.filter((event) => !isLate(event, row.end) || isMerged(event, row)),
    () => true,
  );
  const all = new TileSet(table, withTailTiles(table, tiles));
  const [computed] = windowRows(table, [{ key: row.key, ends: [row.end] }], all);
  const values = computed?.values ?? null;
  return {
    events: events.map((event) => {
      const fate = fateOf(event, row);
      const counts = fate === 'counted' || fate === 'merged';
      return { event, fate, brings: counts ? broughtBy(event, features) : new Map() };
    }),
    values,
    recomputes: values !== null && JSON.stringify(values) === JSON.stringify(row.values),
  };
}

function fateOf(event: WindowEvent, row: ComputedRow): EventFate {
  if (event.stored > row.written) return 'storedLater';
  if (event.duplicate) return 'duplicate';
  if (!isLate(event, row.end)) return 'counted';
  return isMerged(event, row) ? 'merged' : 'late';
}

function isLate({ watermark }: WindowEvent, end: Instant): boolean {
  return watermark !== undefined && end <= watermark;
}

function isMerged({ merged }: WindowEvent, { written }: ComputedRow): boolean {
  return merged !== null && merged <= written;
}

/** An aggregate feature: from when on it counts, and the value that an event brings to it. */
interface Reading {
  readonly name: string;
  readonly from: Instant | null;
  readonly valueIn: (event: WindowEvent['event']) => FieldValue;
}

function readingsOf(table: CompiledStreamTable, end: Instant): Reading[] {
  const features = table.definition.features.filter(isAggregate);
  const identities = [...new Set(features.map(aggregationIdentity))];
  return features.map((feature) => {
    const aggregation = table.aggregations[identities.indexOf(aggregationIdentity(feature))]!;
    return {
      name: feature.name,
      from: countsFrom(table, feature, end),
      valueIn: (event) => aggregation.valueIn(event),
    };
  });
}

function countsFrom(
  { window, spans }: CompiledStreamTable,
  { over }: AggregateFeature,
  end: Instant,
): Instant | null {
  if (over === 'lifetime') return null;
  const length = over === null ? window.length : parseDuration(over)!;
  const byTail = spans.some((span) => span.length === length && span.byTail);
  return byTail ? windowStart({ ...window, length }, end) : end - length;
}

function broughtBy({ event }: WindowEvent, features: readonly Reading[]): Map<string, FieldValue> {
  const brought = new Map<string, FieldValue>();
  for (const { name, from, valueIn } of features) {
    if (from !== null && event.eventTs < from) continue;
    const value = valueIn(event);
    if (value !== null) brought.set(name, value);
  }
  return brought;
}
