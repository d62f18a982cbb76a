import { model } from 'asof';
import { fraud } from './fraud-training-set.ts';

/** How likely a payment is to be fraud. */
export const cardFraudModel = model({
  name: 'card_fraud_model',
  trainingSet: fraud,
  parameters: { trees: 100, depth: 4 },
  recency: 'card_payments_1h',
});
