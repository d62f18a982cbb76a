import { transactionFeatures } from './transaction-features.ts';
import { userActivityFeatures } from './user-activity-features.ts';
import { userProfileFeatures } from './user-profile-features.ts';
import { lookup } from 'asof';

/**
 * What is known of a shopper at a moment, in training and in serving alike.
 *
 * A window has a row only where something happened. Without a lookback, someone who fell silent would keep the last
 * busy hour for ever, and the model would take it for the present. After 24 hours there is no row, the features are
 * null, and null says what is true: no activity. Daily rows are written for everybody every day, so the newest is
 * never old.
 */
export const shopperLookups = [
  lookup(userActivityFeatures, { lookback: '24 hours' }),
  lookup(userProfileFeatures, {
    features: [
      'account_age_days',
      'lifetime_revenue',
      'preferred_category',
      { feature: 'subscription_tier', default: 'none' },
    ],
  }),
  lookup(transactionFeatures),
];
