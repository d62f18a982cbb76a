import { eventSource, optional, required } from 'asof';

/** The events of shoppers in the storefront. */
export const userEvents = eventSource({
  name: 'user-events',
  entity: 'user_id',
  eventTime: 'event_ts',
  allowedLateness: '10 minutes',
  fields: {
    user_id: required('string'),
    event_type: optional('string'),
    product_id: optional('string'),
    revenue: optional('double'),
    session_id: optional('string'),
    platform: optional('string'),
    event_ts: required('timestamp'),
  },
});
