import {
  batchTable,
  count,
  divide,
  eventSource,
  floor,
  last,
  logicalTime,
  lookup,
  max,
  model,
  onlineTable,
  optional,
  referenceTable,
  required,
  secondsBetween,
  streamTable,
  sum,
  toTime,
  trainingSet,
} from 'asof';

/** What the examples of the page of definitions name and do not define. */
export const userEvents = eventSource({
  name: 'user-events',
  entity: 'user_id',
  eventTime: 'event_ts',
  allowedLateness: '10 minutes',
  fields: {
    user_id: required('string'),
    event_type: optional('string'),
    product_id: optional('string'),
    session_id: optional('string'),
    platform: optional('string'),
    revenue: optional('double'),
    price: optional('double'),
    quantity: optional('integer'),
    event_ts: required('timestamp'),
  },
});

export const users = referenceTable({
  name: 'users',
  primaryKeys: ['user_id'],
  fields: {
    user_id: required('string'),
    signed_up_at: optional('timestamp'),
    subscription_tier: optional('string'),
  },
});

export const products = referenceTable({
  name: 'products',
  primaryKeys: ['product_id'],
  fields: { product_id: required('string'), category: optional('string') },
});

const window = { length: '1 hour', slide: '15 minutes' } as const;

export const userActivityFeatures = streamTable({
  name: 'user_activity_features',
  source: userEvents,
  window,
  features: { event_count_1h: count(), last_platform: last('platform') },
});

export const userHours = streamTable({
  name: 'user_hours',
  source: userEvents,
  window,
  features: { events_1h: count(), revenue_1h: sum('revenue') },
});

export const transactionFeatures = batchTable({
  name: 'transaction_features',
  source: userEvents,
  schedule: '0 0 * * *',
  intermediate: {
    last_purchase_at: max('event_ts', { over: 'lifetime', where: { event_type: 'purchase' } }),
  },
  features: {
    days_since_last_purchase: floor(
      divide(secondsBetween(toTime('last_purchase_at'), logicalTime()), 86_400),
    ),
  },
});

export const onlineTables = [userActivityFeatures, userHours, transactionFeatures].map((table) =>
  onlineTable({ table }),
);

export const churn = trainingSet({
  name: 'churn',
  spine: {
    keys: ['user_id'],
    timestamp: 'event_timestamp',
    label: 'churn_label',
    split: 'experiment_split',
  },
  lookups: [lookup(userActivityFeatures, { lookback: '24 hours' }), lookup(transactionFeatures)],
});

export const churnModel = model({ name: 'churn_model', trainingSet: churn });
