import { batchTable } from 'asof';
import { products } from '../../../examples/churn/definitions/products.ts';
import { userEvents } from '../../../examples/churn/definitions/user-events.ts';
import { users } from '../../../examples/churn/definitions/users.ts';

// The batch tables of the example by SQL queries alone: what day tiles must come to, said in another way.

export const queriedProfile = batchTable({
  name: 'queried_profile_features',
  source: userEvents,
  references: [users, products],
  schedule: '0 0 * * *',
  reads: 'everything',
  features: {
    account_age_days: 'bigint',
    lifetime_revenue: 'double',
    preferred_category: 'string',
    subscription_tier: 'string',
  },
  sql: `
    WITH history AS (
      SELECT user_id, min(event_ts) AS first_event_at,
             sum(asof.exact(revenue)) FILTER (WHERE event_type = 'purchase') AS revenue
      FROM events GROUP BY user_id
    ), preference AS (
      SELECT DISTINCT ON (user_id) user_id, category
      FROM events JOIN products USING (product_id)
      WHERE event_type = 'purchase' AND category IS NOT NULL
      GROUP BY user_id, category
      ORDER BY user_id, count(*) DESC, category COLLATE "C"
    )
    SELECT user_id,
           floor(extract(epoch FROM at - coalesce(signed_up_at, first_event_at)) / 86400)::bigint AS account_age_days,
           coalesce(revenue, 0)::double precision AS lifetime_revenue,
           category AS preferred_category,
           coalesce(subscription_tier, 'none') AS subscription_tier
    FROM history CROSS JOIN moment
    LEFT JOIN preference USING (user_id)
    LEFT JOIN users USING (user_id)`,
});

export const queriedTransactions = batchTable({
  name: 'queried_transaction_features',
  source: userEvents,
  references: [products],
  schedule: '0 0 * * *',
  reads: 'everything',
  features: {
    purchase_count_30d: 'bigint',
    purchase_count_90d: 'bigint',
    avg_order_value_30d: 'double',
    days_since_last_purchase: 'bigint',
    category_diversity_score: 'double',
  },
  sql: `
    WITH purchases AS (
      SELECT user_id, product_id, event_ts, revenue,
             event_ts >= at - interval '30 days' AS in_30d, event_ts >= at - interval '90 days' AS in_90d
      FROM events CROSS JOIN moment WHERE event_type = 'purchase'
    ), spending AS (
      SELECT user_id,
             count(*) FILTER (WHERE in_30d) AS count_30d,
             count(*) FILTER (WHERE in_90d) AS count_90d,
             coalesce(sum(asof.exact(revenue)) FILTER (WHERE in_30d), 0)::double precision AS revenue_30d,
             max(event_ts) AS last_at
      FROM purchases GROUP BY user_id
    ), by_category AS (
      SELECT user_id, count(*) AS n FROM purchases JOIN products USING (product_id)
      WHERE in_90d AND category IS NOT NULL GROUP BY user_id, category
    ), diversity AS (
      SELECT user_id,
             (sum(n) * sum(n) - sum(n * n))::double precision / (sum(n) * sum(n))::double precision AS score
      FROM by_category GROUP BY user_id
    )
    SELECT user_id,
           coalesce(count_30d, 0) AS purchase_count_30d,
           coalesce(count_90d, 0) AS purchase_count_90d,
           CASE WHEN count_30d > 0 THEN revenue_30d / count_30d ELSE 0 END AS avg_order_value_30d,
           floor(extract(epoch FROM at - last_at) / 86400)::bigint AS days_since_last_purchase,
           coalesce(score, 0) AS category_diversity_score
    FROM entities CROSS JOIN moment
    LEFT JOIN spending USING (user_id)
    LEFT JOIN diversity USING (user_id)`,
});
