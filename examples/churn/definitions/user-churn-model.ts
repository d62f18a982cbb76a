import { model } from 'asof';
import { churn } from './churn-training-set.ts';

/** Predicts which shoppers will leave. */
export const userChurnModel = model({
  name: 'user_churn_model',
  trainingSet: churn,
  run: 'churn-gbm-v1',
  parameters: { trees: 300, learningRate: 0.05, depth: 5, subsample: 0.8, seed: 42 },
  // A shopper without a purchase ranks after all shoppers with one.
  nulls: { days_since_last_purchase: 9_999 },
  recency: 'days_since_last_purchase',
});
