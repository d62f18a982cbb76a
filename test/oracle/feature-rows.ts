import { type OracleAggregate, type OracleValue, aggregateOf } from './aggregates.ts';
import { type OracleExpression, expressionValue } from './features/expressions.ts';
import type { AcceptedEvent } from './log.ts';
import { type RawRow, windowKey } from './oracle.ts';
import { windowEndsAround } from './windows.ts';

/** An aggregate of the events of a length (omitted: the table's length), or of all events. */
type OverSome = OracleAggregate & { readonly over?: bigint | 'lifetime' };

/** A stream table on `user-events`, keyed by the user. */
export interface OracleTable {
  readonly length: bigint;
  readonly slide: bigint;
  readonly offset?: bigint;
  readonly features: readonly ({ readonly name: string } & (
    OverSome | { readonly expression: OracleExpression }
  ))[];
}

/**
 * Every row of a stream table, by {@link windowKey}: for each user and window, the features of the events
 * that count.
 */
export function featureRows(
  raw: readonly RawRow[],
  table: OracleTable,
): Map<string, Record<string, OracleValue | bigint>> {
  const rows = new Map<string, Record<string, OracleValue | bigint>>();
  for (const user_id of new Set(raw.map((event) => event.user_id))) {
    const own = raw.filter((event) => event.user_id === user_id && !event.duplicate);
    for (const end of new Set(own.flatMap(({ event_ts }) => windowEndsAround(event_ts, table)))) {
      const start = end - table.length;
      // The events before the end that are not late for it.
      const known = own.filter(
        ({ event_ts, watermark }) => event_ts < end && (watermark === null || end > watermark),
      );
      if (!known.some(({ event_ts }) => event_ts >= start)) continue;
      rows.set(windowKey(user_id, end), {
        user_id,
        window_start: start,
        window_end: end,
        feature_ts: end,
        ...Object.fromEntries(table.features.map(({ name }) => [name, featureOf(name, table, end, known)])),
      });
    }
  }
  return rows;
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
    const value = aggregateOf(
      feature,
      over === 'lifetime' ? known : known.filter(({ event_ts }) => event_ts >= end - over),
    );
    // What is too large for a double is null.
    return typeof value === 'number' && !Number.isFinite(value) ? null : value;
  }
  return expressionValue(feature.expression, (operand) =>
    featureOf(operand, table, end, known),
  ) as OracleValue;
}
