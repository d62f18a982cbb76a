import { exactSum } from './exact-sum.ts';
import type { AcceptedEvent } from './log.ts';
import { MINUTE } from './log.ts';

/** A row of the reference table `users`. All times in this file are microseconds since 1970. */
export interface OracleUser {
  readonly user_id: string;
  readonly signed_up_at: bigint | null;
  readonly subscription_tier: string | null;
  readonly valid_from: bigint;
}

/** A row of the reference table `products`. */
export interface OracleProduct {
  readonly product_id: string;
  readonly category: string | null;
  readonly valid_from: bigint;
}

/** The features of `user_profile_features` and of `transaction_features` as of one logical time. */
export interface BatchRow {
  readonly user_id: string;
  readonly account_age_days: number;
  readonly lifetime_revenue: number;
  readonly preferred_category: string | null;
  readonly subscription_tier: string;
  readonly purchase_count_30d: number;
  readonly purchase_count_90d: number;
  readonly avg_order_value_30d: number;
  readonly days_since_last_purchase: number | null;
  readonly category_diversity_score: number;
}

const DAY = 24n * 60n * MINUTE;

/**
 * The rows of both batch tables as of a logical time, by user. They are computed user by user, from the
 * formulas alone.
 */
export function batchRows(
  events: readonly AcceptedEvent[],
  users: readonly OracleUser[],
  products: readonly OracleProduct[],
  at: bigint,
): Map<string, BatchRow> {
  const before = events.filter(({ event_ts }) => event_ts < at);
  const userIds = new Set(before.map(({ user_id }) => user_id));
  return new Map(
    [...userIds].map((user_id) => {
      const own = before.filter((event) => event.user_id === user_id);
      return [user_id, batchRow(user_id, own, { users, products, at })];
    }),
  );
}

/** The reference tables, and the logical time. */
interface Knowledge {
  readonly users: readonly OracleUser[];
  readonly products: readonly OracleProduct[];
  readonly at: bigint;
}

function batchRow(
  user_id: string,
  events: readonly AcceptedEvent[],
  { users, products, at }: Knowledge,
): BatchRow {
  const user = asOf(
    users.filter((row) => row.user_id === user_id),
    at,
  );
  const categoriesOf = (purchases: readonly AcceptedEvent[]): string[] =>
    purchases.flatMap(({ product_id }) => {
      const rows = products.filter((row) => row.product_id === product_id);
      return asOf(rows, at)?.category ?? [];
    });
  const revenueOf = (purchases: readonly AcceptedEvent[]): number =>
    exactSum(purchases.flatMap(({ revenue }) => revenue ?? []));

  const purchases = events.filter(({ event_type }) => event_type === 'purchase');
  const in30d = purchases.filter(({ event_ts }) => event_ts >= at - 30n * DAY);
  const in90d = purchases.filter(({ event_ts }) => event_ts >= at - 90n * DAY);
  const since = user?.signed_up_at ?? earliest(events)!;
  const lastPurchase = latest(purchases);
  return {
    user_id,
    account_age_days: wholeDays(at - since),
    lifetime_revenue: revenueOf(purchases),
    preferred_category: mostFrequent(categoriesOf(purchases)),
    subscription_tier: user?.subscription_tier ?? 'none',
    purchase_count_30d: in30d.length,
    purchase_count_90d: in90d.length,
    avg_order_value_30d: in30d.length === 0 ? 0 : revenueOf(in30d) / in30d.length,
    days_since_last_purchase: lastPurchase === null ? null : wholeDays(at - lastPurchase),
    category_diversity_score: diversity(categoriesOf(in90d)),
  };
}

/** Among the rows of one key, the row that is valid at a moment. */
function asOf<Row extends { valid_from: bigint }>(rows: readonly Row[], at: bigint): Row | null {
  const valid = rows.filter(({ valid_from }) => valid_from <= at);
  return valid.reduce<Row | null>(
    (newest, row) => (newest === null || row.valid_from > newest.valid_from ? row : newest),
    null,
  );
}

function mostFrequent(names: readonly string[]): string | null {
  const byCountThenName = [...counts(names)].sort(
    ([a, m], [b, n]) => n - m || Buffer.compare(Buffer.from(a), Buffer.from(b)),
  );
  return byCountThenName[0]?.[0] ?? null;
}

/** 1 − Σ (n / N)², as one quotient: (N² − Σ n²) / N². */
function diversity(names: readonly string[]): number {
  if (names.length === 0) return 0;
  const squares = [...counts(names).values()].reduce((sum, n) => sum + n * n, 0);
  return (names.length ** 2 - squares) / names.length ** 2;
}

function counts(names: readonly string[]): Map<string, number> {
  const counted = new Map<string, number>();
  for (const name of names) counted.set(name, (counted.get(name) ?? 0) + 1);
  return counted;
}

function wholeDays(micros: bigint): number {
  const remainder = ((micros % DAY) + DAY) % DAY;
  return Number((micros - remainder) / DAY);
}

function earliest(events: readonly AcceptedEvent[]): bigint | null {
  return events.reduce<bigint | null>(
    (first, { event_ts }) => (first === null || event_ts < first ? event_ts : first),
    null,
  );
}

function latest(events: readonly AcceptedEvent[]): bigint | null {
  return events.reduce<bigint | null>(
    (last, { event_ts }) => (last === null || event_ts > last ? event_ts : last),
    null,
  );
}
