import { divide, now, requestFeature, secondsBetween, toTime } from 'asof';

/** What a payment's request says beside its card and merchant. */
export const paymentFields = { amount: 'double' } as const;

/**
 * What no table can know before the payment is there: how unusual its amount is for the card, and how soon it comes
 * after the one before. A thief buys more, and faster, than the card's holder.
 */
export const paymentFeatures = [
  requestFeature({
    name: 'amount_over_card_mean',
    expression: divide('amount', 'card_mean_amount_6h'),
    description: 'The amount over the mean of the card in the last six hours.',
  }),
  requestFeature({
    name: 'seconds_since_card_payment',
    expression: secondsBetween(toTime('card_last_payment_at'), now()),
    description: 'The seconds since the newest payment of the card that is visible.',
  }),
] as const;
