import { count, countDistinct, mean, ratio, streamTable } from 'asof';
import { PIPELINE_DELAY, payments } from './payments.ts';

/** What happened at a merchant in the last day, with a row every hour. */
export const merchantActivity = streamTable({
  name: 'merchant_activity',
  source: payments,
  primaryKeys: ['merchant_id'],
  window: { length: '1 day', slide: '1 hour' },
  availableAfter: PIPELINE_DELAY,
  features: {
    merchant_payments_1d: count(),
    merchant_cards_1d: countDistinct('card_id'),
    merchant_mean_amount_1d: mean('amount'),
    merchant_declined_1d: count({ where: { is_approved: false } }),
    merchant_declined_share_1d: ratio('merchant_declined_1d', 'merchant_payments_1d'),
  },
});
