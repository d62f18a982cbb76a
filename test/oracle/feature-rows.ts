import { type OracleAggregate, type OracleValue, aggregateOf } from './aggregates.ts';
import { type OracleExpression, expressionValue } from './features/expressions.ts';
import type { AcceptedEvent } from './log.ts';
import { type RawRow, areSame, windowKey } from './oracle.ts';
import { type OracleWindows, windowEndsAround, windowStart } from './windows.ts';

/** An aggregate of the events of a length (omitted: the table's length), or of all events. */
type OverSome = OracleAggregate & { readonly over?: bigint | 'lifetime' };

/** A stream table on `user-events`, keyed by the user. */
export interface OracleTable extends OracleWindows {
  readonly features: readonly ({ readonly name: string } & (
    OverSome | { readonly expression: OracleExpression }
  ))[];
}

/**
 * Every row of a stream table, by {@link windowKey}: for each user and window, the features of the events
 * that count. Without a tail, a row stands where an event counts in the window; with one, where the events of the
 * window or of a shorter length are not those of one slide before.
 */
export function featureRows(
  raw: readonly RawRow[],
  table: OracleTable,
): Map<string, Record<string, OracleValue | bigint>> {
  const rows = new Map<string, Record<string, OracleValue | bigint>>();
  for (const user_id of new Set(raw.map((event) => event.user_id))) {
    const own = raw.filter((event) => event.user_id === user_id && !event.duplicate);
    const around = own.flatMap(({ event_ts }) => windowEndsAround(event_ts, table));
    const leaving = table.tail === undefined ? [] : around.map((end) => end + table.slide);
    for (const end of new Set([...around, ...leaving])) {
      const known = knownAt(own, end);
      const before = knownAt(own, end - table.slide);
      const isRow =
        table.tail === undefined
          ? within(known, table.length, end, table).length > 0
          : lengthsOf(table).some(
              (length) =>
                !areSame(within(known, length, end, table), within(before, length, end - table.slide, table)),
            );
      if (!isRow) continue;
      rows.set(windowKey(user_id, end), {
        user_id,
        window_start: windowStart(end, table),
        window_end: end,
        feature_ts: end,
        ...Object.fromEntries(table.features.map(({ name }) => [name, featureOf(name, table, end, known)])),
      });
    }
  }
  return rows;
}

/** The events before an end that are not late for it. */
function knownAt(events: readonly RawRow[], end: bigint): readonly RawRow[] {
  return events.filter(
    ({ event_ts, watermark }) => event_ts < end && (watermark === null || end > watermark),
  );
}

/** The lengths of the window and of the features that are over less. */
function lengthsOf({ length, features }: OracleTable): bigint[] {
  const over = features.map((feature) => ('over' in feature ? feature.over : undefined));
  return [length, ...over.filter((some) => typeof some === 'bigint')];
}

/** Those of the events before an end that are within a length. One of at most 96 slides is exact to the slide. */
function within<Event extends AcceptedEvent>(
  known: readonly Event[],
  length: bigint,
  end: bigint,
  table: OracleTable,
): Event[] {
  const isExact = length !== table.length && length <= 96n * table.slide;
  const start = isExact ? end - length : windowStart(end, { ...table, length });
  return known.filter(({ event_ts }) => event_ts >= start);
}

function featureOf(
  name: string,
  table: OracleTable,
  end: bigint,
  known: readonly AcceptedEvent[],
): OracleValue {
  const feature = table.features.find((one) => one.name === name)!;
  if (!('expression' in feature)) {
    const { over = table.length } = feature;
    const value = aggregateOf(feature, over === 'lifetime' ? known : within(known, over, end, table));
    // What is too large for a double is null.
    return typeof value === 'number' && !Number.isFinite(value) ? null : value;
  }
  return expressionValue(feature.expression, (operand) =>
    featureOf(operand, table, end, known),
  ) as OracleValue;
}
