import { lookup } from 'asof';
import { cardActivity } from './card-activity.ts';
import { cardMonth } from './card-month.ts';
import { cardScores } from './card-scores.ts';
import { merchantActivity } from './merchant-activity.ts';

/**
 * What is known when a payment is authorized. The card and the merchant are two entities of one topic: each
 * lookup takes its own key from the payment. A card without a payment in the last six hours, or a
 * merchant without one in the last day, has no activity: a lookback as long as the window finds no older row. The
 * card's month has a row for each change, down to the one that says that nothing is left.
 */
export const paymentLookups = [
  lookup(cardActivity, { lookback: '6 hours' }),
  lookup(cardMonth),
  lookup(merchantActivity, { lookback: '1 day' }),
  lookup(cardScores),
];
