import { batchTable } from 'asof';
import { products } from './products.ts';
import { userEvents } from './user-events.ts';

/**
 * How much, how often and in how many categories a shopper buys, computed every midnight. The diversity score
 * is 1 − Σ p² over the categories of the purchases that have one. The query computes it as one quotient of
 * whole numbers, so that it is rounded once.
 */
export const transactionFeatures = batchTable({
  name: 'transaction_features',
  source: userEvents,
  references: [products],
  schedule: '0 0 * * *',
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
