import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { batchTable, count, eventSource, last, optional, required, streamTable, sum } from 'asof';
import { preview } from '../../../client/index.ts';

const options = {
  name: 'orders',
  topicPartitions: 2,
  entity: 'customer',
  eventTime: 'at',
  allowedLateness: '10 minutes',
  where: { kind: 'order' },
  fields: {
    customer: required('string'),
    kind: optional('string'),
    amount: optional('double'),
    at: required('timestamp'),
  },
} as const;
const orders = eventSource(options);

const spendingOn = (source: typeof orders) =>
  streamTable({
    name: 'spending',
    source,
    window: { length: '1 hour', slide: '30 minutes' },
    availableAfter: '15 minutes',
    features: { orders_1h: count(), amount_1h: sum('amount'), last_amount: last('amount') },
  });
const spending = spendingOn(orders);

const definitions = [orders, spending];
const order = (customer: string, at: string, amount: unknown = 1, kind = 'order') =>
  JSON.stringify({ customer, kind, amount, at: `2026-03-01T${at}:00Z` });

describe('a preview', () => {
  test('has the rows of the given events, newest first, then by key', async () => {
    const { rows, rowCount, events } = await preview(definitions, 'spending', [
      order('b', '10:05', 2),
      order('a', '10:10', 3),
      order('a', '10:40', 4),
    ]);
    expect({ rowCount, events }).toEqual({ rowCount: 5, events: 3 });
    expect(rows).toEqual([
      {
        customer: 'a',
        feature_ts: '2026-03-01T11:30:00.000000Z',
        orders_1h: 1,
        amount_1h: 4,
        last_amount: 4,
      },
      {
        customer: 'a',
        feature_ts: '2026-03-01T11:00:00.000000Z',
        orders_1h: 2,
        amount_1h: 7,
        last_amount: 4,
      },
      {
        customer: 'b',
        feature_ts: '2026-03-01T11:00:00.000000Z',
        orders_1h: 1,
        amount_1h: 2,
        last_amount: 2,
      },
      {
        customer: 'a',
        feature_ts: '2026-03-01T10:30:00.000000Z',
        orders_1h: 1,
        amount_1h: 3,
        last_amount: 3,
      },
      {
        customer: 'b',
        feature_ts: '2026-03-01T10:30:00.000000Z',
        orders_1h: 1,
        amount_1h: 2,
        last_amount: 2,
      },
    ]);
  });

  test('as of a moment has what a look-up reads then: the newest row that is available', async () => {
    const lines = [order('a', '10:10', 3), order('a', '10:40', 4)];
    const at = async (time: string) =>
      (await preview(definitions, 'spending', lines, { at: `2026-03-01T${time}:00Z` })).rows;
    expect(await at('10:44')).toEqual([]);
    expect(await at('10:45')).toMatchObject([{ orders_1h: 1 }]);
    expect(await at('11:15')).toMatchObject([{ orders_1h: 2 }]);
  });

  test('counts what the stream would not take, and says why of the first lines', async () => {
    const result = await preview(definitions, 'spending', [
      order('a', '12:00'),
      '',
      order('a', '12:00', 1, 'visit'),
      'nonsense',
      order('a', '10:00'),
      order('a', '12:05', 'much'),
      '{"kind":"order"}',
    ]);
    expect(result).toMatchObject({
      lines: 7,
      blank: 1,
      events: 3,
      skipped: 1,
      deadLetters: 2,
      late: 1,
      duplicates: 0,
      invalidFields: { amount: 1 },
      firstRejections: [
        { line: 4, reason: 'not_json' },
        { line: 7, reason: 'missing_field' },
      ],
    });
  });

  test('of lines that hold several events counts events, and names the lines of what is none', async () => {
    const batches = eventSource({ ...options, explode: 'batch' });
    const list = (...events: string[]) => `[${events.join(',')}]`;
    const lines = [
      list(order('a', '12:00'), order('b', '12:01'), order('a', '12:02', 1, 'visit')),
      `{"batch":${list(order('a', '12:03'), '{"kind":"order"}', '7')},"sentAt":"then"}`,
      '{"batch":[]}',
      order('a', '12:04'),
    ];
    const result = await preview([batches, spendingOn(batches)], 'spending', lines);
    expect(result).toMatchObject({
      lines: 4,
      events: 3,
      skipped: 2,
      deadLetters: 3,
      firstRejections: [
        { line: 2, reason: 'missing_field' },
        { line: 2, reason: 'not_an_object' },
        { line: 4, reason: 'no_list' },
      ],
    });
    expect(result.rows).toMatchObject([
      { customer: 'a', orders_1h: 2 },
      { customer: 'b', orders_1h: 1 },
      { customer: 'a', orders_1h: 2 },
      { customer: 'b', orders_1h: 1 },
    ]);
    const elements = [order('a', '12:00'), order('b', '12:01'), order('a', '12:03')];
    expect(result.rows).toEqual((await preview(definitions, 'spending', elements)).rows);
  });

  test('sorts the lines where asked to, so that none is late', async () => {
    const lines = [order('a', '12:00'), order('a', '10:00')];
    expect(await preview(definitions, 'spending', lines)).toMatchObject({ late: 1 });
    expect(await preview(definitions, 'spending', lines, { sort: true })).toMatchObject({ late: 0 });
  });

  test('gives records the Kafka timestamp that is asked for', async () => {
    const lines = [order('a', '12:00')];
    const kafkaTime = '2026-03-01T10:00:00Z';
    expect(await preview(definitions, 'spending', lines, { kafkaTime })).toMatchObject({
      firstRejections: [{ reason: 'ahead_of_kafka_time' }],
    });
  });

  test('says what a file looks like that holds no events', async () => {
    const file = fileURLToPath(new URL('../../cases/events/events.csv', import.meta.url));
    expect(await preview(definitions, 'spending', file)).toMatchObject({ events: 0, looksLike: 'csv' });
  });

  test('of a table that needs the database is refused, and of an unknown table too', async () => {
    const daily = batchTable({
      name: 'daily',
      primaryKeys: ['customer'],
      schedule: '0 0 * * *',
      source: orders,
      reads: '1 day',
      features: { amount_1d: 'double' },
      sql: 'SELECT customer, sum(amount) AS amount_1d FROM events.orders GROUP BY customer',
    });
    await expect(preview([orders, spending, daily], 'daily', [])).rejects.toMatchObject({
      code: 'ASOF_PREVIEW_REFUSED',
    });
    await expect(preview(definitions, 'other', [])).rejects.toMatchObject({ code: 'ASOF_TABLE_UNKNOWN' });
    await expect(preview(definitions, 'spending', [], { at: 'noon' })).rejects.toMatchObject({
      code: 'ASOF_INPUT_INVALID',
    });
  });
});
