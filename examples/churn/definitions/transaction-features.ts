import {
  batchTable,
  count,
  diversity,
  divide,
  floor,
  logicalTime,
  max,
  ratio,
  secondsBetween,
  sum,
  toTime,
} from 'asof';
import { products } from './products.ts';
import { userEvents } from './user-events.ts';

const purchases = { where: { event_type: 'purchase' } };
const SECONDS_PER_DAY = 86_400;

/**
 * How much, how often and in how many categories a shopper buys, computed every midnight. Purchases of products
 * without a category do not count for the diversity of categories.
 */
export const transactionFeatures = batchTable({
  name: 'transaction_features',
  source: userEvents,
  references: [products],
  schedule: '0 0 * * *',
  intermediate: {
    revenue_30d: sum('revenue', { over: '30 days', ...purchases }),
    last_purchase_at: max('event_ts', { over: 'lifetime', ...purchases }),
  },
  features: {
    purchase_count_30d: count({ over: '30 days', ...purchases }),
    purchase_count_90d: count({ over: '90 days', ...purchases }),
    avg_order_value_30d: ratio('revenue_30d', 'purchase_count_30d'),
    days_since_last_purchase: floor(
      divide(secondsBetween(toTime('last_purchase_at'), logicalTime()), SECONDS_PER_DAY),
    ),
    category_diversity_score: diversity('products.category', { over: '90 days', ...purchases }),
  },
});
