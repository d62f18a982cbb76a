import { churn } from './churn-training-set.ts';
import { model } from 'asof';

/** Who will not come back? */
export const userChurnModel = model({
  name: 'user_churn_model',
  trainingSet: churn,
  run: 'churn-gbm-v1',
  parameters: { trees: 300, learningRate: 0.05, depth: 5, subsample: 0.8, seed: 42 },
  // Whoever never bought anything comes after everyone who did.
  nulls: { days_since_last_purchase: 9_999 },
  recency: 'days_since_last_purchase',
});
