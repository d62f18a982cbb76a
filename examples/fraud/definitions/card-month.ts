import { count, mean, streamTable } from 'asof';
import { PIPELINE_DELAY, payments } from './payments.ts';

/**
 * What is usual for a card: its last 30 days, at most five minutes old. Rows begin by whole tails of 8 hours, and
 * there is one wherever a payment enters or leaves, so that a lookup needs no lookback.
 */
export const cardMonth = streamTable({
  name: 'card_month',
  source: payments,
  window: { length: '30 days', slide: '5 minutes', tail: '8 hours' },
  availableAfter: PIPELINE_DELAY,
  features: {
    card_payments_30d: count(),
    card_mean_amount_30d: mean('amount'),
    card_declined_30d: count({ where: { is_approved: false } }),
    card_payments_7d: count({ over: '7 days' }),
  },
});
