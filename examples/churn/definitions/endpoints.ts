import { endpoint } from 'asof';
import { shopperLookups } from './shopper-lookups.ts';
import { userChurnModel } from './user-churn-model.ts';

/** How likely a shopper is to leave. The model's specification says which features to look up. */
export const churnEndpoint = endpoint({ name: 'churn', model: userChurnModel });

/** The current features of a shopper. */
export const shopperEndpoint = endpoint({
  name: 'shopper',
  lookups: shopperLookups,
});
