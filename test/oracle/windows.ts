import { exactSum } from './exact-sum.ts';
import type { AcceptedEvent, OracleOptions } from './log.ts';

/** A row of `features.user_activity_features`. */
export interface OracleWindowRow {
  readonly user_id: string;
  readonly window_start: bigint;
  readonly window_end: bigint;
  readonly feature_ts: bigint;
  readonly event_count_1h: number;
  readonly revenue_1h: number;
  readonly session_count_1h: number;
  readonly unique_products_1h: number;
  readonly purchase_count_1h: number;
  readonly last_platform: string | null;
  readonly conversion_rate_1h: number;
  readonly avg_revenue_per_purchase_1h: number;
}

/** The windows of a table. */
export type OracleWindows = Pick<OracleOptions, 'length' | 'slide' | 'offset' | 'tail'>;

/**
 * The ends of the windows that contain a moment. Ends are multiples of the slide, put off by the offset.
 */
export function windowEndsAround(moment: bigint, windows: OracleWindows): bigint[] {
  const { slide, offset = 0n } = windows;
  const ends: bigint[] = [];
  for (let end = floorTo(moment, slide, offset) + slide; windowStart(end, windows) <= moment; end += slide)
    ends.push(end);
  return ends;
}

/** The start of a window: `end − length` or, with a tail, `floor(end, tail) − length`. */
export function windowStart(end: bigint, { length, offset = 0n, tail }: OracleWindows): bigint {
  return (tail === undefined ? end : floorTo(end, tail, offset)) - length;
}

/** The last multiple of a step, put off by the offset, that is not above a moment; also before 1970. */
function floorTo(moment: bigint, step: bigint, offset: bigint): bigint {
  return moment - ((((moment - offset) % step) + step) % step);
}

/** The row of one user's window that holds these events. */
export function windowRow(
  user_id: string,
  window_end: bigint,
  events: readonly AcceptedEvent[],
  windows: OracleWindows,
): OracleWindowRow {
  const purchases = events.filter(({ event_type }) => event_type === 'purchase');
  const revenue = exactSum(present(purchases.map(({ revenue }) => revenue)));
  return {
    user_id,
    window_start: windowStart(window_end, windows),
    window_end,
    feature_ts: window_end,
    event_count_1h: events.length,
    revenue_1h: revenue,
    session_count_1h: new Set(present(events.map(({ session_id }) => session_id))).size,
    unique_products_1h: new Set(present(events.map(({ product_id }) => product_id))).size,
    purchase_count_1h: purchases.length,
    last_platform:
      [...events]
        .filter(({ platform }) => platform !== null)
        .sort(byTime)
        .at(-1)?.platform ?? null,
    conversion_rate_1h: events.length === 0 ? 0 : purchases.length / events.length,
    avg_revenue_per_purchase_1h: purchases.length === 0 ? 0 : revenue / purchases.length + 0, // −0 becomes 0
  };
}

function present<T>(values: readonly (T | null)[]): T[] {
  return values.filter((value) => value !== null);
}

function byTime(a: AcceptedEvent, b: AcceptedEvent): number {
  return (
    Number(a.event_ts - b.event_ts) ||
    a.kafka_partition - b.kafka_partition ||
    Number(a.kafka_offset - b.kafka_offset) ||
    a.kafka_index - b.kafka_index
  );
}
