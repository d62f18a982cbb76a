import type { Random } from '../../../simulator/random.ts';
import type { Card, Merchant } from './cards.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A payment, and whether a thief made it. Nobody knows the latter until the chargeback arrives. */
export interface Payment {
  readonly card: Card;
  readonly merchant: Merchant;
  /** In cents. */
  readonly amount: number;
  readonly isApproved: boolean;
  /** In ms since 1970. */
  readonly at: number;
  readonly isFraud: boolean;
}

/** The payments of a card in `[start, end)`: those of its holder, and those of a thief. */
export function paymentsOf(
  card: Card,
  merchants: readonly Merchant[],
  { start, end }: { readonly start: number; readonly end: number },
  random: Random,
): Payment[] {
  const payments: Payment[] = [];
  const usual = merchants.filter(({ merchantId }) => card.merchants.includes(merchantId));
  for (let day = start; day < end; day += DAY) {
    for (let nth = random.whole(0, 3); nth > 0; nth -= 1)
      payments.push({
        card,
        merchant: random.chance(0.85) ? random.pick(usual) : random.pick(merchants),
        amount: Math.round(card.usualAmount * 100 * random.between(0.3, 2)),
        isApproved: random.chance(0.97),
        at: day + random.whole(7 * HOUR, 22 * HOUR),
        isFraud: false,
      });
  }
  return [...payments, ...theft(card, merchants, random)].filter(({ at }) => at >= start && at < end);
}

/** A thief tries small amounts first, and then buys what is easy to sell, for some hours. */
function theft(card: Card, merchants: readonly Merchant[], random: Random): Payment[] {
  if (card.stolenAt === undefined) return [];
  const risky = merchants.filter(({ isRisky }) => isRisky);
  const payments: Payment[] = [];
  let at = card.stolenAt;
  for (let nth = random.whole(8, 16); nth > 0; nth -= 1) {
    const isTrial = payments.length < 2;
    payments.push({
      card,
      merchant: random.chance(0.8) ? random.pick(risky) : random.pick(merchants),
      amount: isTrial ? random.whole(50, 300) : Math.round(card.usualAmount * 100 * random.between(1.5, 6)),
      isApproved: random.chance(0.6),
      at,
      isFraud: true,
    });
    at += random.whole(3 * MINUTE, 25 * MINUTE);
  }
  return payments;
}
