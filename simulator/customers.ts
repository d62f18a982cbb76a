import { CATEGORIES } from './catalogue.ts';
import { DAY } from './clock.ts';
import type { Plan } from './options.ts';
import { type Random, randomFor } from './random.ts';
import { weighted } from './weighted.ts';

export type Platform = 'web' | 'ios' | 'android';
export type Tier = 'free' | 'plus' | 'premium';

export interface Customer {
  readonly userId: string;
  readonly signedUpAt: number;
  readonly tier: Tier;
  /** The platform of most of the customer's visits. */
  readonly platform: Platform;
  /** The category that the customer views most. */
  readonly taste: string;
  readonly sessionsPerDay: number;
  /** From this time on the customer visits and buys less, until `goneAt`. No visit begins after `goneAt`. */
  readonly fadesFrom: number;
  readonly goneAt: number;
}

export const PLATFORMS: readonly Platform[] = ['web', 'ios', 'android'];
const drawPlatform = weighted(PLATFORMS, (_, index) => [5, 3, 2][index]!);
const drawTier = weighted<Tier>(['free', 'plus', 'premium'], (_, index) => [60, 28, 12][index]!);

/** The mean number of days before customers begin to fade. Paying customers stay longer. */
const STAYS: Readonly<Record<Tier, number>> = { free: 110, plus: 180, premium: 400 };

/** The share of customers that sign up before the simulation starts. */
const EARLY = 0.65;

export function customersOf(plan: Plan): Customer[] {
  const random = randomFor(plan.seed, 'customers');
  return Array.from({ length: plan.users }, (_, index) => customer(plan, `u_${index + 1}`, random));
}

function customer(plan: Plan, userId: string, random: Random): Customer {
  const early = random.chance(EARLY);
  const signedUpAt = early
    ? random.whole(plan.start - 365 * DAY, plan.start - 1)
    : random.whole(plan.start, plan.until - 1);
  const tier = drawTier(random);
  const stay = Math.floor(random.between(0.05, 1.95) * STAYS[tier] * DAY);
  const fadesFrom = Math.max(signedUpAt, plan.start) + stay;
  const eagerness = random.between(0.2, 1);
  return {
    userId,
    signedUpAt,
    tier,
    platform: drawPlatform(random),
    taste: random.pick(CATEGORIES).name,
    sessionsPerDay: plan.sessionsPerDay * (eagerness * eagerness * 2.4),
    fadesFrom,
    goneAt: fadesFrom + random.whole(14 * DAY, 42 * DAY),
  };
}

/** How active a customer is: 0 before the sign-up, 1 until the fading begins, then falling to 0. */
export function engagement({ signedUpAt, fadesFrom, goneAt }: Customer, at: number): number {
  if (at < signedUpAt || at >= goneAt) return 0;
  if (at < fadesFrom) return 1;
  const left = (goneAt - at) / (goneAt - fadesFrom);
  return left * left;
}
