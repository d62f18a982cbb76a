import { endpoint, onlineTable } from 'asof';
import { cardActivity } from './card-activity.ts';
import { cardFraudModel } from './card-fraud-model.ts';
import { cardMonth } from './card-month.ts';
import { cardScores } from './card-scores.ts';
import { merchantActivity } from './merchant-activity.ts';
import { paymentLookups } from './payment-lookups.ts';
import { paymentFeatures, paymentFields } from './payment-request.ts';

export const onlineCardActivity = onlineTable({ table: cardActivity });
export const onlineCardMonth = onlineTable({ table: cardMonth });
export const onlineMerchantActivity = onlineTable({ table: merchantActivity });
export const onlineCardScores = onlineTable({ table: cardScores });

/** How likely a payment is to be fraud, from its card, its merchant and its amount. */
export const fraudEndpoint = endpoint({ name: 'fraud', model: cardFraudModel });

/** The features of a card, a merchant and a payment. */
export const paymentEndpoint = endpoint({
  name: 'payment',
  lookups: paymentLookups,
  requestFields: paymentFields,
  requestFeatures: paymentFeatures,
});
