import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { connect } from 'asof/client';
import { withWorker } from '../with-worker.ts';

const HOUR_MS = 3_600_000;

test('the last day of a customer has all orders, also an open one without an amount', async () => {
  await using asof = await connect();
  await asof.apply('definitions');
  // Customers of this run alone, so that it can be repeated on the same servers.
  const [ann, bob] = [`ann-${randomUUID()}`, `bob-${randomUUID()}`];
  const now = Date.now();
  const order = (customer_id: string, product: string, amount: number | null) =>
    JSON.stringify({
      order_id: randomUUID(),
      customer_id,
      product,
      amount,
      ordered_at: new Date(now).toISOString(),
    });

  const orders = asof.stream('shop-orders');
  await orders.import([
    order(ann, 'tea', 4.5),
    order(ann, 'cake', 6.1),
    order(ann, 'tea', null),
    order(bob, 'tea', 4.5),
  ]);
  await withWorker(() => orders.readToHead({ from: 'earliest' }));

  assert.equal((await orders.check()).clean, true);
  // The window is still open. As of its end, its row is visible.
  const end = new Date(Math.floor(now / HOUR_MS + 1) * HOUR_MS).toISOString();
  const rows = await asof.table('customer_activity').latestRows({ asOf: end, limit: 1_000 });
  const features = (customer: string) => {
    const row = rows.find(({ customer_id }) => customer_id === customer);
    return [row?.orders_1d, row?.spent_1d, row?.products_1d];
  };
  assert.deepEqual(features(ann), ['3', 10.6, '2']);
  assert.deepEqual(features(bob), ['1', 4.5, '1']);
});
