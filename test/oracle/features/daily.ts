import { type OracleAggregate, type OracleValue, aggregateOf } from '../aggregates.ts';
import type { AcceptedEvent } from '../log.ts';
import { MINUTE } from '../log.ts';
import { type OracleExpression, type OracleOperand, expressionValue } from './expressions.ts';

/** A batch table on `user-events` that is computed from day tiles, keyed by the user. */
export interface OracleDaily {
  readonly features: readonly OracleDailyFeature[];
  readonly intermediate?: readonly OracleDailyFeature[] | undefined;
  /** The number of days of which events are read. Undefined: all. */
  readonly reads?: number | undefined;
}

type OracleDailyFeature = { readonly name: string; readonly type: string } & (
  (OracleAggregate & { readonly over: string | null }) | { readonly expression: OracleExpression }
);

/** A reference table: its key, its columns, and its rows, which have a `valid_from` too. */
export interface OracleReference {
  readonly key: 'user_id' | 'product_id';
  readonly columns: readonly string[];
  readonly rows: readonly Readonly<Record<string, OracleOperand>>[];
}

type References = Readonly<Record<string, OracleReference>>;

const DAY = 24n * 60n * MINUTE;

/**
 * The features of each user as of a logical time: from the events before it, late ones included, and the
 * reference rows that are valid then.
 */
export function dailyRows(
  table: OracleDaily,
  events: readonly AcceptedEvent[],
  references: References,
  at: bigint,
): Map<string, Record<string, OracleValue>> {
  const since = table.reads === undefined ? undefined : at - BigInt(table.reads) * DAY;
  const read = events.filter(({ event_ts }) => event_ts < at && (since === undefined || event_ts >= since));
  return new Map(
    [...new Set(read.map(({ user_id }) => user_id))].map((user_id) => {
      const own = read
        .filter((event) => event.user_id === user_id)
        .map((event) => ({ ...event, ...columnsFor(event, references, at) }));
      const columns = columnsFor({ user_id, product_id: null }, references, at);
      const features = [...(table.intermediate ?? []), ...table.features];
      const valueOf = (name: string): OracleOperand => {
        const feature = features.find((one) => one.name === name);
        if (!feature) return columns[name] ?? null;
        return fit(
          'expression' in feature
            ? expressionValue(feature.expression, valueOf, at)
            : aggregateOf(feature, overDays(own, feature.over!, at)),
        );
      };
      const row = table.features.map(({ name, type }) => [name, columnValue(valueOf(name), type)]);
      return [user_id, Object.fromEntries(row) as Record<string, OracleValue>];
    }),
  );
}

function overDays(events: readonly AcceptedEvent[], over: string, at: bigint): AcceptedEvent[] {
  if (over === 'lifetime') return [...events];
  return events.filter(({ event_ts }) => event_ts >= at - BigInt(Number.parseInt(over, 10)) * DAY);
}

/** The columns of the rows that are valid for a user and a product, as `table.column`. */
function columnsFor(
  of: Pick<AcceptedEvent, 'user_id' | 'product_id'>,
  references: References,
  at: bigint,
): Record<string, OracleOperand> {
  const columns: Record<string, OracleOperand> = {};
  for (const [table, { key, columns: names, rows }] of Object.entries(references)) {
    const valid = rows.filter((row) => row[key] === of[key] && (row.valid_from as bigint) <= at);
    const [newest] = valid.sort((a, b) => Number((b.valid_from as bigint) - (a.valid_from as bigint)));
    for (const name of names) columns[`${table}.${name}`] = newest?.[name] ?? null;
  }
  return columns;
}

/** What is too large for a double is null. */
function fit(value: OracleOperand): OracleOperand {
  return typeof value === 'number' && !Number.isFinite(value) ? null : value;
}

/** A whole number that doubles skip is null. */
function columnValue(value: OracleOperand, type: string): OracleOperand {
  return type === 'bigint' && Math.abs(value as number) > Number.MAX_SAFE_INTEGER ? null : value;
}
