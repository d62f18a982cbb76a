import assert from 'node:assert/strict';
import { test } from 'node:test';
import { simulate } from 'asof/testing';

test('a row of the training set has what was known at its moment, over thirty days', async () => {
  // Streams, schedules and look-ups in this process, without servers, on a clock that the test moves.
  const sim = await simulate({ definitions: 'definitions', start: '2026-03-01T00:00:00Z' });
  const orders = Array.from({ length: 30 }, (_, day) => ({
    order_id: `o${day}`,
    customer_id: 'ann',
    product: 'tea',
    amount: 4.5,
    ordered_at: new Date(Date.UTC(2026, 2, 1 + day, 9, 20)).toISOString(),
  }));
  sim.send('shop-orders', orders, { at: 'event-time' });
  await sim.advance('30 days');
  const observed = { customer_id: 'ann', ordered_again: 1 };
  const { rows } = await sim.trainingSet('repeat_order', [
    { ...observed, observed_at: '2026-03-01T09:30:00Z' },
    { ...observed, observed_at: '2026-03-11T09:30:00Z' },
  ]);
  const features = rows.map(({ lifetime_orders, lifetime_spent }) => [lifetime_orders, lifetime_spent]);
  assert.deepEqual(features, [
    [null, null],
    [10, 45],
  ]);
});
