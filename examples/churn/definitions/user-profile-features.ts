import {
  batchTable,
  coalesce,
  divide,
  floor,
  logicalTime,
  min,
  mostFrequent,
  secondsBetween,
  sum,
  text,
  toTime,
} from 'asof';
import { products } from './products.ts';
import { userEvents } from './user-events.ts';
import { users } from './users.ts';

const purchases = { where: { event_type: 'purchase' } };
const signedUpAt = coalesce('users.signed_up_at', toTime('first_event_at'));
const SECONDS_PER_DAY = 86_400;

/**
 * The profile of a shopper, computed every midnight. Purchases of products without a category do not count
 * for the preferred category.
 */
export const userProfileFeatures = batchTable({
  name: 'user_profile_features',
  source: userEvents,
  references: [users, products],
  schedule: '0 0 * * *',
  intermediate: {
    first_event_at: min('event_ts', { over: 'lifetime' }),
  },
  features: {
    account_age_days: floor(divide(secondsBetween(signedUpAt, logicalTime()), SECONDS_PER_DAY)),
    lifetime_revenue: sum('revenue', { over: 'lifetime', ...purchases }),
    preferred_category: mostFrequent('products.category', { over: 'lifetime', ...purchases }),
    subscription_tier: coalesce('users.subscription_tier', text('none')),
  },
});
