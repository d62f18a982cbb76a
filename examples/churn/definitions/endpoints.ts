import { shopperLookups } from './shopper-lookups.ts';
import { userChurnModel } from './user-churn-model.ts';
import { endpoint } from 'asof';

/** How likely a shopper is not to come back; features are looked up as the model's own specification says. */
export const churnEndpoint = endpoint({ name: 'churn', model: userChurnModel });

/** What is known of a shopper right now. */
export const shopperEndpoint = endpoint({
  name: 'shopper',
  lookups: shopperLookups,
});
