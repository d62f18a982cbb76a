import { count, countDistinct, ratio, streamTable, sum } from 'asof';
import { shopOrders } from './sources/shop-orders.ts';

/** What a customer ordered in the last day, every hour. */
export const customerActivity = streamTable({
  name: 'customer_activity',
  source: shopOrders,
  window: { length: '1 day', slide: '1 hour' },
  features: {
    orders_1d: count(),
    spent_1d: sum('amount'),
    products_1d: countDistinct('product'),
    mean_order_1d: ratio('spent_1d', 'orders_1d'),
  },
});
