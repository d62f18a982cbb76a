import type { Catalogue, Product } from './catalogue.ts';
import { MINUTE, SECOND } from './clock.ts';
import { type Customer, PLATFORMS, type Platform } from './customers.ts';
import type { Random } from './random.ts';

export type EventType = 'sign_up' | 'search' | 'view' | 'add_to_cart' | 'purchase';

export interface ShopEvent {
  readonly userId: string;
  readonly eventType: EventType;
  readonly product: Product | null;
  /** In cents. Null unless the event is a purchase. */
  readonly revenue: number | null;
  readonly sessionId: string;
  readonly platform: Platform;
  /** In ms since 1970. */
  readonly at: number;
}

export interface Visit {
  readonly customer: Customer;
  readonly sessionId: string;
  readonly startsAt: number;
  /** How active the customer is, from 0 to 1. Less active customers buy less. */
  readonly engagement: number;
  readonly signsUp: boolean;
}

/**
 * The events of one visit, in order. The customer views products, puts some of them into the cart, and buys
 * the whole cart or nothing. Each product has its own events, so that a view and an `add_to_cart` precede
 * each purchase.
 */
export function eventsOf(visit: Visit, catalogue: Catalogue, random: Random): ShopEvent[] {
  const { customer, sessionId, startsAt, engagement, signsUp } = visit;
  const platform = random.chance(0.9) ? customer.platform : random.pick(PLATFORMS);
  const events: ShopEvent[] = [];
  let at = startsAt;
  const happen = (eventType: EventType, product: Product | null = null, revenue: number | null = null) => {
    events.push({ userId: customer.userId, eventType, product, revenue, sessionId, platform, at });
    at += pause(random);
  };

  if (signsUp) happen('sign_up');
  const cart: Product[] = [];
  do {
    if (random.chance(0.3)) happen('search');
    const product = catalogue.draw(random, random.chance(0.6) ? customer.taste : undefined);
    happen('view', product);
    if (random.chance(0.1 + 0.15 * engagement)) {
      happen('add_to_cart', product);
      cart.push(product);
    }
  } while (events.length < 40 && random.chance(0.62));
  if (random.chance(0.15 + 0.5 * engagement)) {
    for (const product of cart) happen('purchase', product, product.price * pieces(random));
  }
  return events;
}

function pause(random: Random): number {
  return random.chance(0.05) ? random.whole(3 * MINUTE, 12 * MINUTE) : random.whole(2 * SECOND, 90 * SECOND);
}

function pieces(random: Random): number {
  return random.chance(0.85) ? 1 : random.whole(2, 4);
}
