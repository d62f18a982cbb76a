import { lookup } from 'asof';
import { transactionFeatures } from './transaction-features.ts';
import { userActivityFeatures } from './user-activity-features.ts';
import { userProfileFeatures } from './user-profile-features.ts';

/**
 * The features of a shopper at a moment, the same in training and in serving.
 *
 * A window has a row only if something happened in it. Without a lookback, an inactive shopper would keep the
 * features of the last busy hour forever, and the model would treat them as current. With a lookback of 24
 * hours, the lookup finds no such row and the features are null, which correctly means no activity. The
 * daily tables need no lookback: they have a new row for each shopper every day.
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
