import { describe, expect, it } from 'vitest';
import { simulate, simulatedProducts, simulatedUsers } from '../../../simulator/index.ts';
import type { UserEvent } from '../../../simulator/record.ts';

const options = {
  seed: 11,
  until: '2026-06-01T00:00:00Z',
  days: 40,
  users: 400,
  late: 0,
  repeated: 0,
  malformed: 0,
};
const events = [...simulate(options)]
  .map(({ value }) => JSON.parse(value) as UserEvent)
  .sort((a, b) => Date.parse(a.event_ts) - Date.parse(b.event_ts));
const count = (type: string) => events.filter(({ event_type }) => event_type === type).length;

describe('a visit', () => {
  it('views a product before it goes into the cart, and puts it there before the purchase', () => {
    const before: Record<string, string> = { add_to_cart: 'view', purchase: 'add_to_cart' };
    const seen = new Set<string>();
    for (const { event_type, session_id, product_id } of events) {
      const needed = before[event_type];
      if (needed) expect(seen.has(`${session_id} ${product_id} ${needed}`)).toBe(true);
      seen.add(`${session_id} ${product_id} ${event_type}`);
    }
  });

  it('is of one user, on one platform', () => {
    const owners = new Map<string, string>();
    for (const { session_id, user_id, platform } of events) {
      const owner = owners.get(session_id) ?? `${user_id} ${platform}`;
      owners.set(session_id, owner);
      expect(`${user_id} ${platform}`).toBe(owner);
    }
    expect(owners.size).toBeGreaterThan(1_000);
  });

  it('has a revenue in whole cents, and only in a purchase', () => {
    for (const { event_type, revenue } of events) {
      if (event_type !== 'purchase') expect(revenue).toBeNull();
      else expect(Number(revenue!.toFixed(2))).toBe(revenue);
    }
    expect(events.every(({ revenue }) => revenue === null || revenue > 0)).toBe(true);
  });
});

describe('the shop', () => {
  it('has a funnel', () => {
    expect(count('view')).toBeGreaterThan(2 * count('add_to_cart'));
    expect(count('add_to_cart')).toBeGreaterThan(count('purchase'));
    expect(count('purchase')).toBeGreaterThan(events.length / 50);
    expect(count('search')).toBeGreaterThan(0);
  });

  it('is quiet at night and busy in the evening', () => {
    const at = (hour: string) => events.filter(({ event_ts }) => event_ts.slice(11, 13) === hour).length;
    expect(at('20')).toBeGreaterThan(5 * at('03'));
  });

  it('sells some products much more than others', () => {
    const views = new Map<string, number>();
    for (const { product_id } of events)
      if (product_id) views.set(product_id, (views.get(product_id) ?? 0) + 1);
    const sorted = [...views.values()].sort((a, b) => b - a);
    expect(sorted.length).toBeGreaterThan(150);
    expect(sorted[0]!).toBeGreaterThan(5 * sorted[100]!);
  });

  it('has most users on one platform', () => {
    const used = new Map<string, string[]>();
    for (const { user_id, platform } of events) used.set(user_id, [...(used.get(user_id) ?? []), platform]);
    const shares = [...used.values()].map(
      (all) =>
        Math.max(...['web', 'ios', 'android'].map((p) => all.filter((x) => x === p).length)) / all.length,
    );
    expect(shares.reduce((total, share) => total + share, 0) / shares.length).toBeGreaterThan(0.8);
    expect(new Set(events.map(({ platform }) => platform)).size).toBe(3);
  });
});

describe('reference data', () => {
  const users = simulatedUsers(options);
  const products = simulatedProducts(options);

  it('has the sign-up time of each user who signs up during the simulation', () => {
    const signedUp = new Map(users.map((user) => [user.user_id, user.signed_up_at]));
    const signUps = events.filter(
      ({ event_type, user_id }) => event_type === 'sign_up' && signedUp.has(user_id),
    );
    expect(signUps.length).toBeGreaterThan(50);
    for (const { user_id, event_ts } of signUps) expect(event_ts).toBe(signedUp.get(user_id));
  });

  it('lacks some users, tiers and products, and has users whose tier changed', () => {
    const ids = users.map(({ user_id }) => user_id);
    expect(new Set(ids).size).toBeLessThan(options.users);
    expect(new Set(ids).size).toBeLessThan(ids.length);
    expect(users.some(({ subscription_tier }) => subscription_tier === null)).toBe(true);
    expect(products.length).toBeLessThan(200);
    expect(products.length).toBeGreaterThan(180);
  });

  it('has no two rows of one user with the same valid_from, and none before the sign-up', () => {
    expect(new Set(users.map(({ user_id, valid_from }) => `${user_id} ${valid_from}`)).size).toBe(
      users.length,
    );
    expect(users.every(({ signed_up_at, valid_from }) => valid_from >= signed_up_at)).toBe(true);
  });
});
