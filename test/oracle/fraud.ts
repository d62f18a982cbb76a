import { exactSum } from './exact-sum.ts';
import { MINUTE } from './log.ts';
import type { Value } from './training-set.ts';

const HOUR = 60n * MINUTE;
const DAY = 24n * HOUR;

/** How long after its end a window is visible. */
const PIPELINE_DELAY = 10n * MINUTE;
/** How long after its moment a score is visible. */
const SCORING = 6n * HOUR;

/** An authorization as it stands in a record of the fraud example. Times are µs since 1970. */
export interface OraclePayment {
  readonly payment_id: string;
  readonly card_id: string;
  readonly merchant_id: string;
  readonly merchant_country: string;
  readonly amount: number;
  readonly is_approved: boolean;
  readonly authorized_at: bigint;
}

/** A row that the issuer computed. */
export interface OracleScore {
  readonly card_id: string;
  readonly scored_at: bigint;
  readonly credit_limit: number;
  readonly usual_amount: number;
  readonly home_country: string;
}

/** The features of the fraud example, in the order of the training set's columns. */
export const FRAUD_FEATURES = [
  ...[
    'card_payments_1h',
    'card_amount_1h',
    'card_merchants_1h',
    'card_declined_1h',
    'card_declined_share_1h',
  ],
  ...['card_payments_6h', 'card_mean_amount_6h', 'card_largest_amount_6h', 'card_countries_6h'],
  'card_last_payment_at',
  ...['card_payments_30d', 'card_mean_amount_30d', 'card_declined_30d', 'card_payments_7d'],
  ...['merchant_payments_1d', 'merchant_cards_1d', 'merchant_mean_amount_1d', 'merchant_declined_1d'],
  ...['merchant_declined_share_1d', 'credit_limit', 'usual_amount', 'home_country'],
  ...['amount_over_card_mean', 'seconds_since_card_payment'],
];

/** The authorizations among the values of a topic's records: each once, and none of its other events. */
export function paymentsIn(values: readonly string[]): OraclePayment[] {
  const payments = new Map<string, OraclePayment>();
  for (const value of values) {
    const { eventType, data } = JSON.parse(value) as { eventType: string; data: PaymentData };
    if (eventType !== 'payment.authorized' || payments.has(data.paymentId)) continue;
    payments.set(data.paymentId, {
      payment_id: data.paymentId,
      card_id: data.card.cardId,
      merchant_id: data.merchant.merchantId,
      merchant_country: data.merchant.countryCode,
      amount: Number(data.amount.value),
      is_approved: data.isApproved,
      authorized_at: BigInt(data.authorizedAt) * 1_000n,
    });
  }
  return [...payments.values()];
}

interface PaymentData {
  readonly paymentId: string;
  readonly card: { readonly cardId: string };
  readonly merchant: { readonly merchantId: string; readonly countryCode: string };
  readonly amount: { readonly value: string };
  readonly isApproved: boolean;
  readonly authorizedAt: number;
}

/** The features of a payment of a card at a merchant as of a moment, by brute force. */
export function fraudFeatures(
  known: { readonly payments: readonly OraclePayment[]; readonly scores: readonly OracleScore[] },
  key: { readonly card_id: string; readonly merchant_id: string; readonly amount: number },
  moment: bigint,
): Value[] {
  const ofCard = known.payments.filter(({ card_id }) => card_id === key.card_id);
  const ofMerchant = known.payments.filter(({ merchant_id }) => merchant_id === key.merchant_id);
  const card = newestWindow(ofCard, moment, { length: 6n * HOUR, slide: 15n * MINUTE });
  const merchant = newestWindow(ofMerchant, moment, { length: DAY, slide: HOUR });
  const score = known.scores
    .filter(({ card_id, scored_at }) => card_id === key.card_id && scored_at + SCORING <= moment)
    .sort((a, b) => Number(a.scored_at - b.scored_at))
    .at(-1);
  return [
    ...(card ? cardFeatures(card.payments, card.end) : Array<null>(10).fill(null)),
    ...monthFeatures(ofCard, moment),
    ...(merchant ? merchantFeatures(merchant.payments) : Array<null>(5).fill(null)),
    ...(score ? [score.credit_limit, score.usual_amount, score.home_country] : [null, null, null]),
    ...(card
      ? [key.amount / meanAmount(card.payments), Number(moment - lastOf(card.payments)) / 1e6]
      : [null, null]),
  ];
}

function cardFeatures(payments: readonly OraclePayment[], end: bigint): Value[] {
  const lastHour = payments.filter(({ authorized_at }) => authorized_at >= end - HOUR);
  const declined = lastHour.filter(({ is_approved }) => !is_approved).length;
  return [
    lastHour.length,
    exactSum(lastHour.map(({ amount }) => amount)),
    distinct(lastHour.map(({ merchant_id }) => merchant_id)),
    declined,
    lastHour.length === 0 ? 0 : declined / lastHour.length,
    payments.length,
    meanAmount(payments),
    Math.max(...payments.map(({ amount }) => amount)),
    distinct(payments.map(({ merchant_country }) => merchant_country)),
    Number(lastOf(payments)) / 1e6,
  ];
}

/**
 * The card's month: what is in the newest window that is visible. It changes at the ends of rows alone, so it is that
 * of the newest row. Without a payment before it, there is no row.
 */
function monthFeatures(payments: readonly OraclePayment[], moment: bigint): Value[] {
  const visible = moment - PIPELINE_DELAY;
  const end = visible - (visible % (5n * MINUTE));
  const start = end - (end % (8n * HOUR));
  const before = payments.filter(({ authorized_at }) => authorized_at < end);
  if (before.length === 0) return [null, null, null, null];
  const since = (days: bigint) => before.filter(({ authorized_at }) => authorized_at >= start - days * DAY);
  const month = since(30n);
  return [
    month.length,
    month.length === 0 ? null : meanAmount(month),
    month.filter(({ is_approved }) => !is_approved).length,
    since(7n).length,
  ];
}

function merchantFeatures(payments: readonly OraclePayment[]): Value[] {
  const declined = payments.filter(({ is_approved }) => !is_approved).length;
  return [
    payments.length,
    distinct(payments.map(({ card_id }) => card_id)),
    meanAmount(payments),
    declined,
    declined / payments.length,
  ];
}

/** The newest window that is visible and holds a payment, if it ended less than its length ago. */
function newestWindow(
  payments: readonly OraclePayment[],
  moment: bigint,
  { length, slide }: { readonly length: bigint; readonly slide: bigint },
): { readonly end: bigint; readonly payments: readonly OraclePayment[] } | undefined {
  const visible = moment - PIPELINE_DELAY;
  for (let end = visible - (visible % slide); end > moment - length; end -= slide) {
    const within = payments.filter(
      ({ authorized_at }) => authorized_at >= end - length && authorized_at < end,
    );
    if (within.length > 0) return { end, payments: within };
  }
  return undefined;
}

/** The mean of amounts in whole cents, rounded once to a double. */
function meanAmount(payments: readonly OraclePayment[]): number {
  const cents = payments.reduce((sum, { amount }) => sum + Math.round(amount * 100), 0);
  return cents / (100 * payments.length);
}

/** The time of the newest payment. */
function lastOf(payments: readonly OraclePayment[]): bigint {
  return payments.map(({ authorized_at }) => authorized_at).reduce((a, b) => (b > a ? b : a));
}

function distinct(values: readonly string[]): number {
  return new Set(values).size;
}
