import { trainingSet } from 'asof';
import { paymentLookups } from './payment-lookups.ts';
import { paymentFeatures, paymentFields } from './payment-request.ts';

/**
 * Payments of which it is known whether they were fraud. A chargeback arrives weeks after its payment, so a
 * payment is labelled only when no chargeback can come any more. Its features are those of the moment of
 * the payment, however late the label is: the spine has its amount, as a request has it.
 */
export const fraud = trainingSet({
  name: 'fraud',
  spine: {
    keys: ['card_id', 'merchant_id'],
    timestamp: 'authorized_at',
    label: 'is_fraud',
    split: 'split',
  },
  lookups: paymentLookups,
  requestFields: paymentFields,
  requestFeatures: paymentFeatures,
});
