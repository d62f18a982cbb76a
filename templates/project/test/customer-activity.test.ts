import assert from 'node:assert/strict';
import { test } from 'node:test';
import { preview } from 'asof/client';

const order = (order_id: string, customer_id: string, product: string, amount: number | null) =>
  JSON.stringify({ order_id, customer_id, product, amount, ordered_at: '2026-03-05T09:20:00Z' });

test('the last day of a customer has all orders, once each, also an open one without an amount', async () => {
  const orders = [
    order('o1', 'ann', 'tea', 4.5),
    order('o2', 'ann', 'cake', 6.1),
    order('o2', 'ann', 'cake', 6.1),
    order('o3', 'ann', 'tea', null),
    order('o4', 'bob', 'tea', 4.5),
  ];
  // Without servers, by the engine of the stream. A record's Kafka timestamp is near its event time, as it is live.
  const { rows, events, duplicates, deadLetters } = await preview(
    'definitions',
    'customer_activity',
    orders,
    {
      kafkaTime: '2026-03-05T09:20:00Z',
      at: '2026-03-05T10:00:00Z',
    },
  );
  assert.deepEqual({ events, duplicates, deadLetters }, { events: 5, duplicates: 1, deadLetters: 0 });

  const features = (customer: string) => {
    const row = rows.find(({ customer_id }) => customer_id === customer);
    return [row?.orders_1d, row?.spent_1d, row?.products_1d];
  };
  assert.deepEqual(features('ann'), [3, 10.6, 2]);
  assert.deepEqual(features('bob'), [1, 4.5, 1]);
});
