import { shopperLookups } from './shopper-lookups.ts';
import { trainingSet } from 'asof';

/** Who bought nothing more after a moment, with what was known of them at that moment. */
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
