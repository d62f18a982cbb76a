import { batchTable, count, divide, floor, logicalTime, min, secondsBetween, sum, toTime } from 'asof';
import { shopOrders } from './sources/shop-orders.ts';

const SECONDS_PER_DAY = 86_400;

/** What a customer ordered in all time, computed every midnight. */
export const customerHistory = batchTable({
  name: 'customer_history',
  source: shopOrders,
  schedule: '0 0 * * *',
  intermediate: {
    first_order_at: min('ordered_at', { over: 'lifetime' }),
  },
  features: {
    lifetime_orders: count({ over: 'lifetime' }),
    lifetime_spent: sum('amount', { over: 'lifetime' }),
    days_since_first_order: floor(
      divide(secondsBetween(toTime('first_order_at'), logicalTime()), SECONDS_PER_DAY),
    ),
  },
});
