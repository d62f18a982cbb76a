import { count, countDistinct, last, ratio, streamTable, sum } from 'asof';
import { userEvents } from './user-events.ts';

const purchases = { where: { event_type: 'purchase' } };

/** A shopper's activity in the last hour, with a row every 15 minutes. */
export const userActivityFeatures = streamTable({
  name: 'user_activity_features',
  source: userEvents,
  window: { length: '1 hour', slide: '15 minutes' },
  features: {
    event_count_1h: count(),
    revenue_1h: sum('revenue', purchases),
    session_count_1h: countDistinct('session_id'),
    unique_products_1h: countDistinct('product_id'),
    purchase_count_1h: count(purchases),
    last_platform: last('platform'),
    conversion_rate_1h: ratio('purchase_count_1h', 'event_count_1h'),
    avg_revenue_per_purchase_1h: ratio('revenue_1h', 'purchase_count_1h'),
  },
});
