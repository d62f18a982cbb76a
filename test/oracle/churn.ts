import { type BatchRow, type OracleProduct, type OracleUser, batchRows } from './batch.ts';
import type { AcceptedEvent } from './log.ts';
import { MINUTE } from './log.ts';
import { type LookupRules, type StoredRow, type Value, lookUp } from './training-set.ts';
import type { OracleWindowRow } from './windows.ts';

const WINDOW_FEATURES = [
  'event_count_1h',
  'revenue_1h',
  'session_count_1h',
  'unique_products_1h',
  'purchase_count_1h',
  'last_platform',
  'conversion_rate_1h',
  'avg_revenue_per_purchase_1h',
] as const;
const PROFILE_FEATURES = [
  'account_age_days',
  'lifetime_revenue',
  'preferred_category',
  'subscription_tier',
] as const;
const TRANSACTION_FEATURES = [
  'purchase_count_30d',
  'purchase_count_90d',
  'avg_order_value_30d',
  'days_since_last_purchase',
  'category_diversity_score',
] as const;

/** The 17 features of the training set `churn`, in order. */
export const CHURN_FEATURES = [...WINDOW_FEATURES, ...PROFILE_FEATURES, ...TRANSACTION_FEATURES] as const;

const DAY = 24n * 60n * MINUTE;
const rules = (lookback: bigint | null, defaults: readonly Value[]): LookupRules => ({
  availableAfter: 0n,
  lookback,
  defaults,
});
const nulls = (names: readonly string[]): null[] => names.map(() => null);
const WINDOW_RULES = rules(DAY, nulls(WINDOW_FEATURES));
const PROFILE_RULES = rules(null, [null, null, null, 'none']);
const TRANSACTION_RULES = rules(null, nulls(TRANSACTION_FEATURES));

/** Everything that is known of one user. */
export interface UserHistory {
  readonly user_id: string;
  readonly events: readonly AcceptedEvent[];
  readonly windows: readonly OracleWindowRow[];
}

/** What the features of users depend on, apart from their own histories. */
export interface ShopKnowledge {
  readonly users: readonly OracleUser[];
  readonly products: readonly OracleProduct[];
  /** The logical times of the batch tables, in microseconds since 1970. */
  readonly times: readonly bigint[];
}

/**
 * The features of a user in the training set `churn`, as of any moment. It computes every row that there ever
 * is, and then looks up.
 */
export function churnFeatures(
  { user_id, events, windows }: UserHistory,
  { users, products, times }: ShopKnowledge,
): (moment: bigint) => Value[] {
  const own = users.filter((user) => user.user_id === user_id);
  const bought = products.filter(({ product_id }) => events.some((event) => event.product_id === product_id));
  const days = times.flatMap((feature_ts) => {
    const row = batchRows(events, own, bought, feature_ts).get(user_id);
    return row ? [{ feature_ts, row }] : [];
  });
  const daily = (names: readonly (keyof BatchRow)[]): StoredRow[] =>
    days.map(({ feature_ts, row }) => ({
      key: [user_id],
      feature_ts,
      values: names.map((name) => row[name]),
    }));
  const tables: [StoredRow[], LookupRules][] = [
    [
      windows.map((row) => ({
        key: [user_id],
        feature_ts: row.feature_ts,
        values: WINDOW_FEATURES.map((name) => row[name]),
      })),
      WINDOW_RULES,
    ],
    [daily(PROFILE_FEATURES), PROFILE_RULES],
    [daily(TRANSACTION_FEATURES), TRANSACTION_RULES],
  ];
  return (moment) => tables.flatMap(([table, rule]) => lookUp(table, rule, [user_id], moment).values);
}
