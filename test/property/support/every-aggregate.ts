import { userEvents } from '../../../examples/churn/user-events.ts';
import { count, countDistinct, last, ratio, streamTable, sum } from '../../../schemas/index.ts';

/** A second table on the example's source, with every aggregate on every type of field, in windows of its own. */
export const everyAggregate = streamTable({
  name: 'every_aggregate',
  source: userEvents,
  window: { length: '30 minutes', slide: '10 minutes' },
  features: {
    events: count(),
    views: count({ where: { event_type: 'view' } }),
    hundreds: count({ where: { revenue: 100 } }),
    revenue: sum('revenue'),
    products: countDistinct('product_id'),
    revenues: countDistinct('revenue'),
    last_product: last('product_id'),
    last_revenue: last('revenue'),
    revenue_per_event: ratio('revenue', 'events'),
  },
}).definition;
