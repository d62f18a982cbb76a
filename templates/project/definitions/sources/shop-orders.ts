import { eventSource, optional, required } from 'asof';

/** The orders of a small shop. Put your own topic and fields here. */
export const shopOrders = eventSource({
  name: 'shop-orders',
  entity: 'customer_id',
  eventTime: 'ordered_at',
  allowedLateness: '10 minutes',
  // An order that is sent again counts once, also when all orders of the sample are.
  deduplicate: { by: ['order_id'], within: '7 days' },
  fields: {
    order_id: required('string'),
    customer_id: required('string'),
    product: optional('string'),
    amount: optional('double'),
    ordered_at: required('timestamp'),
  },
});
