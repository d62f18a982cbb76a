import type { Pool } from '../../../db/sql/client.ts';
import type { BatchRow } from '../../oracle/batch.ts';

/** The rows of both batch tables as of a logical time, joined by user. */
export async function readBatchRows(pool: Pool, time: string): Promise<Map<string, BatchRow>> {
  const { rows } = await pool.query<BatchRow>(
    `SELECT user_id, account_age_days::int, lifetime_revenue, preferred_category, subscription_tier,
            purchase_count_30d::int, purchase_count_90d::int, avg_order_value_30d, days_since_last_purchase::int,
            category_diversity_score
     FROM features.user_profile_features FULL JOIN features.transaction_features USING (user_id, feature_ts)
     WHERE feature_ts = $1`,
    [time],
  );
  return new Map(rows.map((row) => [row.user_id, row]));
}
