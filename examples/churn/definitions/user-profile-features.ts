import { batchTable } from 'asof';
import { products } from './products.ts';
import { userEvents } from './user-events.ts';
import { users } from './users.ts';

/**
 * The profile of a shopper, computed every midnight. Purchases of products without a category do not count
 * for the preferred category.
 */
export const userProfileFeatures = batchTable({
  name: 'user_profile_features',
  source: userEvents,
  references: [users, products],
  schedule: '0 0 * * *',
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
