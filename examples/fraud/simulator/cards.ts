import type { Random } from '../../../simulator/random.ts';

/** A card, and the habits of the person who holds it. */
export interface Card {
  readonly cardId: string;
  readonly country: string;
  /** In whole euros. */
  readonly usualAmount: number;
  readonly creditLimit: number;
  readonly merchants: readonly string[];
  /** The moment at which somebody else starts to use the card, in ms since 1970; undefined if nobody does. */
  readonly stolenAt: number | undefined;
}

export interface Merchant {
  readonly merchantId: string;
  readonly countryCode: string;
  /** Whether goods bought here are easy to sell on, so that thieves come here first. */
  readonly isRisky: boolean;
}

const COUNTRIES = ['DE', 'FR', 'IT', 'ES', 'NL'];
const STOLEN_SHARE = 0.35;

export function simulatedMerchants(count: number, random: Random): Merchant[] {
  return Array.from({ length: count }, (_, index) => ({
    merchantId: `m_${index}`,
    countryCode: random.pick(COUNTRIES),
    isRisky: random.chance(0.15),
  }));
}

/** Cards of which some are stolen at a moment of `[start, end)`, in ms since 1970. */
export function simulatedCards(
  count: number,
  merchants: readonly Merchant[],
  { start, end }: { readonly start: number; readonly end: number },
  random: Random,
): Card[] {
  return Array.from({ length: count }, (_, index) => {
    const country = random.pick(COUNTRIES);
    const usualAmount = random.whole(8, 80);
    return {
      cardId: `4${String(index).padStart(11, '0')}`,
      country,
      usualAmount,
      creditLimit: usualAmount * random.whole(20, 60),
      merchants: Array.from({ length: 5 }, () => random.pick(merchants).merchantId),
      stolenAt: random.chance(STOLEN_SHARE) ? random.whole(start, end) : undefined,
    };
  });
}
