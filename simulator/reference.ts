import { catalogueOf } from './catalogue.ts';
import { DAY, timeText } from './clock.ts';
import { type Customer, type Tier, customersOf } from './customers.ts';
import { type Plan, type SimulationOptions, planOf } from './options.ts';
import { type Random, randomFor } from './random.ts';

/** A row of the reference table `users`. Times are RFC 3339. */
export interface SimulatedUser {
  readonly user_id: string;
  readonly signed_up_at: string;
  readonly subscription_tier: Tier | null;
  readonly valid_from: string;
}

/** A row of the reference table `products`. */
export interface SimulatedProduct {
  readonly product_id: string;
  readonly category: string;
  readonly valid_from: string;
}

/** The true fate of a customer, which a churn model has to predict. Times are RFC 3339. */
export interface SimulatedFate {
  readonly user_id: string;
  /** Null if the fading has not begun by `until`. */
  readonly faded_from: string | null;
  /** Null if the customer is not gone by `until`. */
  readonly gone_at: string | null;
}

/**
 * The rows of `users`. Some customers have no row, some rows have no tier, and a second row means a higher
 * tier.
 */
export function simulatedUsers(options: SimulationOptions): SimulatedUser[] {
  const plan = planOf(options);
  const random = randomFor(plan.seed, 'users');
  return customersOf(plan).flatMap((customer) => userRows(customer, plan, random));
}

function userRows(customer: Customer, { until }: Plan, random: Random): SimulatedUser[] {
  const { userId, signedUpAt, tier } = customer;
  const row = (subscription_tier: Tier | null, validFrom: number): SimulatedUser => ({
    user_id: userId,
    signed_up_at: timeText(signedUpAt),
    subscription_tier,
    valid_from: timeText(validFrom),
  });
  if (random.chance(0.04)) return [];
  if (random.chance(0.05)) return [row(null, signedUpAt)];
  // The second row has the customer's own tier, because that tier determines how long the customer stays.
  if (tier === 'free' || random.chance(0.7)) return [row(tier, signedUpAt)];
  return [row('free', signedUpAt), row(tier, random.whole(signedUpAt, until - 1))];
}

/** The rows of `products`. A few products have no row. */
export function simulatedProducts(options: SimulationOptions): SimulatedProduct[] {
  const plan = planOf(options);
  const random = randomFor(plan.seed, 'products');
  const valid_from = timeText(plan.start - 365 * DAY);
  return catalogueOf(plan)
    .products.filter(() => !random.chance(0.02))
    .map(({ productId, category }) => ({ product_id: productId, category, valid_from }));
}

/** The true fates of all customers. */
export function simulatedFates(options: SimulationOptions): SimulatedFate[] {
  const plan = planOf(options);
  const past = (at: number) => (at < plan.until ? timeText(at) : null);
  return customersOf(plan).map(({ userId, fadesFrom, goneAt }) => ({
    user_id: userId,
    faded_from: past(fadesFrom),
    gone_at: past(goneAt),
  }));
}
