import { count, countDistinct, max, mean, ratio, streamTable, sum } from 'asof';
import { PIPELINE_DELAY, payments } from './payments.ts';

const lastHour = { over: '1 hour' };

/** What a card did in the last hour and in the last six, with a row every 15 minutes. */
export const cardActivity = streamTable({
  name: 'card_activity',
  source: payments,
  window: { length: '6 hours', slide: '15 minutes' },
  availableAfter: PIPELINE_DELAY,
  features: {
    card_payments_1h: count(lastHour),
    card_amount_1h: sum('amount', lastHour),
    card_merchants_1h: countDistinct('merchant_id', lastHour),
    card_declined_1h: count({ ...lastHour, where: { is_approved: false } }),
    card_declined_share_1h: ratio('card_declined_1h', 'card_payments_1h'),
    card_payments_6h: count(),
    card_mean_amount_6h: mean('amount'),
    card_largest_amount_6h: max('amount'),
    card_countries_6h: countDistinct('merchant_country'),
    card_last_payment_at: max('authorized_at'),
  },
});
