import { batchTable } from 'asof';
import { shopOrders } from './sources/shop-orders.ts';

/** What a customer ordered in all time, computed every midnight. */
export const customerHistory = batchTable({
  name: 'customer_history',
  source: shopOrders,
  schedule: '0 0 * * *',
  features: {
    lifetime_orders: 'bigint',
    lifetime_spent: 'double',
    days_since_first_order: 'bigint',
  },
  sql: `
    SELECT customer_id,
           count(*) AS lifetime_orders,
           coalesce(sum(asof.exact(amount)), 0)::double precision AS lifetime_spent,
           floor(extract(epoch FROM max(at) - min(ordered_at)) / 86400)::bigint AS days_since_first_order
    FROM events CROSS JOIN moment
    GROUP BY customer_id`,
});
