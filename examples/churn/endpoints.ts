import { endpoint, lookup } from 'asof';
import { transactionFeatures } from './transaction-features.ts';
import { userActivityFeatures } from './user-activity-features.ts';
import { userChurnModel } from './user-churn-model.ts';
import { userProfileFeatures } from './user-profile-features.ts';

/** How likely a shopper is not to come back; features are looked up as the model's own specification says. */
export const churnEndpoint = endpoint({ name: 'churn', model: userChurnModel });

/** What is known of a shopper right now. */
export const shopperEndpoint = endpoint({
  name: 'shopper',
  lookups: [
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
  ],
});
