import type { Random } from '../../../simulator/random.ts';
import { randomFor } from '../../../simulator/random.ts';
import { type Card, simulatedCards, simulatedMerchants } from './cards.ts';
import { type Payment, paymentsOf } from './payment.ts';

export type { Payment } from './payment.ts';

const DAY = 86_400_000;
const MERCHANTS = 60;

/** A chargeback arrives at most so many days after its payment. */
const LONGEST_CHARGEBACK_DAYS = 30;

export interface FraudSimulationOptions {
  /** A whole number. The same options give the same bytes. */
  readonly seed: number;
  /** The end of the simulation, in ms since 1970. */
  readonly until: number;
  /** Default: 60. */
  readonly days?: number;
  /** Default: 120. */
  readonly cards?: number;
}

/** A simulated month or two of card payments: what the gateway, the issuer and the bank know of them. */
export interface Simulated {
  readonly payments: readonly (Payment & { readonly paymentId: string })[];
  /** The topic's records, in the order of their arrival. */
  readonly records: readonly { readonly key: string; readonly value: string }[];
  /** The issuer's weekly rows of `card_scores`. */
  readonly scores: readonly Readonly<Record<string, string | number>>[];
  /** The spine of the training set as CSV. */
  readonly labels: string;
}

export function simulatePayments(options: FraudSimulationOptions): Simulated {
  const { seed, until, days = 60, cards = 120 } = options;
  const span = { start: until - days * DAY, end: until };
  const merchants = simulatedMerchants(MERCHANTS, randomFor(seed, 'merchants'));
  const holders = simulatedCards(cards, merchants, span, randomFor(seed, 'cards'));
  const random = randomFor(seed, 'payments');
  const payments = holders
    .flatMap((card) => paymentsOf(card, merchants, span, random))
    .sort((a, b) => a.at - b.at)
    .map((payment, index) => ({ ...payment, paymentId: `pay_${index}` }));
  return {
    payments,
    records: recordsOf(payments, randomFor(seed, 'records')),
    scores: scoresOf(holders, span),
    labels: labelsOf(payments, until, randomFor(seed, 'chargebacks')),
  };
}

/** Each payment's authorization, sometimes twice, and the settlements between them. */
function recordsOf(payments: Simulated['payments'], random: Random): Simulated['records'] {
  return payments.flatMap((payment) => {
    const key = payment.card.cardId;
    const authorized = { key, value: JSON.stringify(envelope('payment.authorized', payment)) };
    const settled = { key, value: JSON.stringify(envelope('payment.settled', payment)) };
    return [
      authorized,
      ...(random.chance(0.02) ? [authorized] : []),
      ...(payment.isApproved && random.chance(0.2) ? [settled] : []),
    ];
  });
}

function envelope(
  eventType: string,
  { paymentId, card, merchant, amount, isApproved, at }: Simulated['payments'][number],
) {
  return {
    eventType,
    data: {
      paymentId,
      card: { cardId: card.cardId, issuerCountry: card.country },
      merchant: { merchantId: merchant.merchantId, countryCode: merchant.countryCode },
      amount: { value: inEuros(amount), currency: 'EUR' },
      isApproved,
      authorizedAt: at,
    },
  };
}

function inEuros(cents: number): string {
  return (cents / 100).toFixed(2);
}

function scoresOf(cards: readonly Card[], { start, end }: { readonly start: number; readonly end: number }) {
  const rows: Readonly<Record<string, string | number>>[] = [];
  for (let week = start; week < end; week += 7 * DAY)
    for (const { cardId, creditLimit, usualAmount, country } of cards)
      rows.push({
        card_id: cardId,
        scored_at: new Date(week).toISOString(),
        credit_limit: creditLimit,
        usual_amount: usualAmount,
        home_country: country,
      });
  return rows;
}

/**
 * The payments for which no chargeback can come any more. A stolen card's payments come back one by one, days
 * or weeks after them.
 */
function labelsOf(payments: Simulated['payments'], until: number, random: Random): string {
  const labelled = payments.filter(({ at }) => at < until - LONGEST_CHARGEBACK_DAYS * DAY);
  const lines = labelled.map(({ paymentId, card, merchant, amount, at, isFraud }, index) => {
    const reported = isFraud
      ? new Date(at + random.whole(3, LONGEST_CHARGEBACK_DAYS) * DAY).toISOString()
      : '';
    const split = splitAt(index / labelled.length);
    const observed = new Date(at).toISOString();
    const label = isFraud ? 1 : 0;
    return [
      ...[card.cardId, merchant.merchantId, observed, label, split, paymentId, reported],
      inEuros(amount),
    ].join(',');
  });
  return `${['card_id,merchant_id,authorized_at,is_fraud,split,payment_id,reported_at,amount', ...lines].join('\n')}\n`;
}

/** The split by time, so that the model is tested on payments later than those it learnt from. */
function splitAt(share: number): 'train' | 'val' | 'test' {
  if (share < 0.6) return 'train';
  return share < 0.8 ? 'val' : 'test';
}
