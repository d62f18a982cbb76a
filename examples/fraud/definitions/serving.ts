import { endpoint, onlineTable } from 'asof';
import { cardActivity } from './card-activity.ts';
import { cardFraudModel } from './card-fraud-model.ts';
import { cardScores } from './card-scores.ts';
import { merchantActivity } from './merchant-activity.ts';
import { paymentLookups } from './payment-lookups.ts';

export const onlineCardActivity = onlineTable({ table: cardActivity });
export const onlineMerchantActivity = onlineTable({ table: merchantActivity });
export const onlineCardScores = onlineTable({ table: cardScores });

/** How likely a payment is to be fraud, from its card and its merchant. */
export const fraudEndpoint = endpoint({ name: 'fraud', model: cardFraudModel });

/** The features of a card and a merchant. */
export const paymentEndpoint = endpoint({ name: 'payment', lookups: paymentLookups });
