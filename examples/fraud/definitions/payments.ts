import { eventSource, optional, required } from 'asof';

/**
 * How long after its end a window may still gain payments: the lateness that the source allows, and the 5 minutes
 * between two micro-batches. Tables are visible after it, in training as in serving.
 */
export const PIPELINE_DELAY = '10 minutes';

/**
 * The authorizations of card payments, as a payment gateway publishes them. Its topic also carries settlements
 * and refunds, which are not for this source.
 */
export const payments = eventSource({
  name: 'payments',
  entity: 'card_id',
  eventTime: 'authorized_at',
  allowedLateness: '5 minutes',
  where: { type: 'payment.authorized' },
  deduplicate: { by: ['payment_id'], within: '1 day' },
  fields: {
    type: required('string', { from: 'eventType' }),
    payment_id: required('string', { from: 'data.paymentId' }),
    card_id: required('string', { from: 'data.card.cardId' }),
    merchant_id: optional('string', { from: 'data.merchant.merchantId' }),
    merchant_country: optional('string', { from: 'data.merchant.countryCode' }),
    amount: optional('double', { from: 'data.amount.value', coerce: true }),
    is_approved: optional('boolean', { from: 'data.isApproved' }),
    authorized_at: required('timestamp', { from: 'data.authorizedAt', unit: 'milliseconds' }),
  },
});
