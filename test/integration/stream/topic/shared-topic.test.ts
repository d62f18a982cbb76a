import { pino } from 'pino';
import { expect, test } from 'vitest';
import { and, count, equals, eventSource, isNull, last, not, optional, required, streamTable } from 'asof';
import { createKafka } from '../../../../adapters/kafka/client.ts';
import { listTopics } from '../../../../adapters/kafka/topics.ts';
import { besideWorker, withDeployment } from '../../../support/projects/deployment.ts';

/** Two sources with filters of their own on the topic. */
function shop(topic: string) {
  const read = { topic, topicPartitions: 2, eventTime: 'at' } as const;
  const shared = { kind: required('string'), at: required('timestamp') };
  const orders = eventSource({
    ...read,
    name: 'shop-orders',
    entity: 'guest',
    fields: { ...shared, guest: required('string'), is_gift: optional('boolean') },
    where: { kind: 'order' },
  });
  const stock = eventSource({
    ...read,
    name: 'shop-stock',
    entity: 'sku',
    fields: { ...shared, sku: required('string'), is_sold_out: optional('boolean') },
    where: and(equals('kind', 'stock'), not(isNull('sku'))),
    tombstones: 'skip',
  });
  const window = { length: '1 hour', slide: '1 hour' };
  const orderCounts = streamTable({
    name: 'order_counts',
    source: orders,
    window,
    features: { orders: count(), gifts: count({ where: { is_gift: true } }), last_is_gift: last('is_gift') },
  });
  const stockState = streamTable({
    name: 'stock_state',
    source: stock,
    window,
    features: { is_sold_out: last('is_sold_out') },
  });
  return [orders, stock, orderCounts, stockState];
}

const at = '2026-03-01T10:00:00Z';
const LINES = [
  { kind: 'order', guest: 'ann', is_gift: true, at },
  { kind: 'stock', sku: 'cup', is_sold_out: true, at },
  { kind: 'order', guest: 'ann', is_gift: false, at: '2026-03-01T10:10:00Z' },
  { kind: 'order', at },
  { kind: 'stock', sku: 'cup', is_sold_out: false, at: '2026-03-01T10:20:00Z' },
  { kind: 'heartbeat', at },
  { kind: 'stock', sku: null, at },
].map((event) => JSON.stringify(event));

test('two sources on one topic have filters, cursors, ledgers and tables of their own, and one topic', async () => {
  await withDeployment(async ({ asof, pool, settings, namespace }) => {
    const topic = `${namespace}.Shop.Events`;
    const kafka = createKafka(settings.kafka, pino({ level: 'silent' }));
    await asof.apply(shop(topic));
    expect(await asof.apply(shop(topic))).toEqual({ applied: [] });
    expect(await listTopics(kafka)).toContain(topic);

    await besideWorker(settings, async () => {
      const [orders, stock] = ['shop-orders', 'shop-stock'].map((name) => asof.stream(name)) as [
        ReturnType<typeof asof.stream>,
        ReturnType<typeof asof.stream>,
      ];
      expect(await orders.import(LINES)).toMatchObject({ sent: 7, events: 2, skipped: 4 });
      // The records reach the topic once more, whichever source they are imported for.
      expect(await stock.import(LINES)).toMatchObject({ sent: 7, events: 2, skipped: 5 });
      await Promise.all([orders, stock].map((stream) => stream.readToHead({ from: 'earliest' })));

      expect(sums((await orders.check()).partitions)).toEqual({ raw: 4, deadLetters: 2, filtered: 8 });
      expect(sums((await stock.check()).partitions)).toEqual({ raw: 4, deadLetters: 0, filtered: 10 });
      for (const stream of [orders, stock]) expect((await stream.check()).violations).toEqual([]);
      const { rows: cursors } = await pool.query(
        'SELECT source, sum(next_offset)::int AS read FROM asof.stream_cursors GROUP BY source ORDER BY source',
      );
      expect(cursors).toEqual([
        { source: 'shop-orders', read: 14 },
        { source: 'shop-stock', read: 14 },
      ]);
      const { rows: counts } = await pool.query(
        'SELECT guest, orders::int, gifts::int, last_is_gift FROM features.order_counts',
      );
      expect(counts).toEqual([{ guest: 'ann', orders: 4, gifts: 2, last_is_gift: false }]);
      const { rows: state } = await pool.query('SELECT sku, is_sold_out FROM features.stock_state');
      expect(state).toEqual([{ sku: 'cup', is_sold_out: false }]);
    });

    expect((await asof.reset({ force: true })).topics).toEqual([topic]);
    expect(await listTopics(kafka)).not.toContain(topic);
  });
});

function sums(partitions: readonly { raw: number; deadLetters: number; filtered: number }[]) {
  const total = (of: 'raw' | 'deadLetters' | 'filtered') => partitions.reduce((sum, one) => sum + one[of], 0);
  return { raw: total('raw'), deadLetters: total('deadLetters'), filtered: total('filtered') };
}
