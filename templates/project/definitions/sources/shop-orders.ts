import { eventSource, optional, required } from 'asof';

/** The orders of a small shop. Put your own topic and fields here. */
export const shopOrders = eventSource({
  name: 'shop-orders',
  entity: 'customer_id',
  eventTime: 'ordered_at',
  allowedLateness: '10 minutes',
  fields: {
    order_id: required('string'),
    customer_id: required('string'),
    product: optional('string'),
    amount: optional('double'),
    ordered_at: required('timestamp'),
  },
});
