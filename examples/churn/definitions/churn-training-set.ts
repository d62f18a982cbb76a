import { trainingSet } from 'asof';
import { shopperLookups } from './shopper-lookups.ts';

/** Which shoppers bought nothing after a moment, with the features that were known at that moment. */
export const churn = trainingSet({
  name: 'churn',
  spine: {
    keys: ['user_id'],
    timestamp: 'event_timestamp',
    label: 'churn_label',
    split: 'experiment_split',
  },
  lookups: shopperLookups,
});
