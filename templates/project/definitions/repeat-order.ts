import { lookup, trainingSet } from 'asof';
import { customerActivity } from './customer-activity.ts';
import { customerHistory } from './customer-history.ts';

/** Whether a customer orders again within a day, with the features that were known at the moment. */
export const repeatOrder = trainingSet({
  name: 'repeat_order',
  spine: { keys: ['customer_id'], timestamp: 'observed_at', label: 'ordered_again' },
  // Without a lookback, a customer who stopped ordering would keep the last busy day forever.
  lookups: [lookup(customerActivity, { lookback: '1 hour' }), lookup(customerHistory)],
});
