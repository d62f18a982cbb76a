import { describe, expect, test } from 'vitest';
import { readBySource, sourceDefinition } from '../../../../client/stream/infer/read-sample.ts';
import { inferSource } from '../../../../domain/inference/infer-source.ts';
import type { KafkaRecord } from '../../../../domain/log/kafka-record.ts';
import { parseInstant } from '../../../../domain/time/instant.ts';

const now = parseInstant('2026-06-01T09:10:00Z')!;
const options = { name: 'things', now };
const event = { user_id: 'u_1', event_ts: '2026-06-01T09:00:00Z' };

describe('a source inferred from a topic', () => {
  test('behind the frame of a schema registry has the format of such a topic', () => {
    const json = Buffer.from(JSON.stringify(event));
    const { source } = inferSource([record(Buffer.concat([Buffer.from([0, 0, 0, 0, 7]), json]))], options);
    expect(source.format).toBe('registry_json');
  });

  test('with records without a value skips them', () => {
    const records = [record(event), record(null)];
    const { source } = inferSource(records, options);
    expect(source.tombstones).toBe('skip');
    expect(readBySource(sourceDefinition(source), records)).toMatchObject({ events: 1, skipped: 1 });
  });

  test('whose producer sets no Kafka timestamps goes by event time alone', () => {
    const { source } = inferSource([record(event, { kafkaTs: null })], options);
    expect(source.kafkaTimestamps).toBe('ignore');
  });

  test('whose keys are the values of a field takes that field for the entity', () => {
    const records = ['a', 'b', 'a'].map((shop, index) =>
      record(
        { ...event, outlet: shop, reference: `r_${index}`, user_id: undefined },
        { key: Buffer.from(shop) },
      ),
    );
    expect(inferSource(records, options).source.entity).toBe('outlet');
  });

  test('without a field that names something takes the key of the record', () => {
    const records = ['a', 'b'].map((key) => record({ temperature: 21.5 }, { key: Buffer.from(key) }));
    const { source } = inferSource(records, options);
    expect(source).toMatchObject({ entity: 'record_key', eventTime: 'recorded_at' });
    expect(readBySource(sourceDefinition(source), records)).toMatchObject({ events: 2 });
  });

  test.each([
    [[], 'there are no records'],
    [[record(null)], 'no record has a value'],
    [[record(Buffer.from('nonsense'))], 'no record is a JSON object'],
    [
      framed([6, 0x75, 0x5f, 0x31], [4, 0x75, 0x5f, 2], [6, 0x75, 0x5f, 0x31, 2]),
      "binary, such as Avro, .* format: 'avro'",
    ],
    [
      [record(Buffer.from([0x0a, 3, 0x75, 0x5f, 0x31, 0x10, 0xac, 2]))],
      'looks like Protobuf, .* JSON or Avro',
    ],
    [[record([])], 'no list in the records holds a JSON object'],
    [[record({ op: 'd', before: event, after: null })], 'each record says that a row was deleted'],
    [[record({ temperature: 21.5 })], 'nothing says what the events are about'],
  ])('of nothing that can be read is refused', (records, reason) => {
    expect(() => inferSource(records, options)).toThrow(new RegExp(reason));
  });

  test('says what it leaves out: lists, and what is always null', () => {
    const records = [
      record({ ...event, customer: null, note: null, items: [{ sku: 'p_1' }] }),
      record({ ...event, customer: { name: 'x' }, note: null, items: [] }),
    ];
    expect(inferSource(records, options).leftOut).toEqual([
      "items is a list; one element is read with from: 'items[0].sku', and each becomes an event with explode: 'items'",
      'always null: note',
    ]);
  });

  test('takes the list of a record for its events where its elements say better when something happened', () => {
    const inBatch = (list: object[], around: object) =>
      inferSource([record({ list, ...around })], options).source;
    const reading = { at: '2026-06-01T09:00:00Z', value: 21.5 };
    const line = { sku: 'p_1', shipped_at: '2026-06-01T09:00:00Z' };
    const order = { order_id: 'o-1', placed_at: '2026-06-01T08:00:00Z' };
    expect(inBatch([event], {}).explode).toEqual(['list']);
    expect(inBatch([event], { request_id: 'r', sentAt: '2026-06-01T09:00:01Z' }).explode).toEqual(['list']);
    expect(inBatch([{ user_id: 'u_1' }], { size: 1.5 }).explode).toEqual(['list']);
    expect(inBatch([{ sku: 'p_1' }], event).explode).toBeUndefined();
    expect(inBatch([line], order).explode).toBeUndefined();
    expect(inBatch([reading], event).explode).toBeUndefined();
    expect(inBatch([reading], { deviceId: 'd_1', sent: true })).toMatchObject({
      explode: ['list'],
      entity: 'device_id',
      eventTime: 'at',
      fields: expect.arrayContaining([
        { name: 'device_id', type: 'string', required: true, from: { envelope: ['deviceId'] } },
      ]) as unknown,
    });
  });

  test('reads decimals with the scales that the schemas of Kafka Connect name', () => {
    const decimal = (field: string, scale: string) => {
      return { field, type: 'bytes', name: 'org.apache.kafka.connect.data.Decimal', parameters: { scale } };
    };
    const fields = [
      { field: 'user_id', type: 'string' },
      decimal('total', '2'),
      { field: 'item', type: 'struct', fields: [decimal('price', '4')] },
      decimal('wide', '61'),
    ];
    const after = { ...event, total: 'B88=', item: { price: 'B88=' }, wide: 'B88=' };
    const rows = {
      type: 'struct',
      fields: [
        { field: 'before', fields: [] },
        { field: 'after', fields },
      ],
    };
    const changes = [
      record({ schema: rows, payload: { before: null, after, op: 'c', ts_ms: 1_780_304_400_000 } }),
    ];
    const payloads = [record({ schema: { type: 'struct', fields }, payload: after })];
    for (const records of [changes, payloads]) {
      const { source, remarks } = inferSource(records, options);
      expect(source.fields.filter(({ type }) => type === 'decimal')).toEqual([
        { name: 'total', type: 'decimal', required: false, scale: 2 },
        { name: 'price', type: 'decimal', required: false, from: ['item', 'price'], scale: 4 },
      ]);
      expect(remarks.get('wide')).toEqual([expect.stringContaining("optional('decimal', { scale: 2 })")]);
      expect(sourceDefinition(source).unwrap).toEqual(source.unwrap);
      expect(readBySource(sourceDefinition(source), records).events).toBe(1);
    }
  });

  test('of very many elements looks at some of each place in their lists', () => {
    const list = Array.from({ length: 100 }, (_, index) => ({ ...event, kind: `k_${index % 4}` }));
    const { remarks } = inferSource(
      Array.from({ length: 1_000 }, () => record(list)),
      options,
    );
    expect(remarks.get('where')).toEqual([
      'kinds of events, by kind: "k_0", "k_1", "k_2", "k_3"; one kind alone: equals(\'kind\', …)',
    ]);
  });

  test('reads lists of scalars of one type', () => {
    const lists = { numbers: [1, 2], prices: [1, 2.5], product_ids: [7], flags: [true], words: ['a', ''] };
    const others = { mixed: ['a', true], nulls: [null], none: [] };
    const { source, leftOut } = inferSource([record({ ...event, ...lists, ...others })], options);
    expect(source.fields.slice(2).map(({ name, type }) => [name, type])).toEqual([
      ['numbers', 'integer[]'],
      ['prices', 'double[]'],
      ['product_ids', 'string[]'],
      ['flags', 'boolean[]'],
      ['words', 'string[]'],
    ]);
    expect(leftOut).toEqual(
      Object.keys(others).map((name) => `${name} is a list; one element is read with from: '${name}[0]'`),
    );
  });

  test('keeps the names of columns apart, within the limits, and off those of Asof', () => {
    const { source } = inferSource(
      [
        record({
          ...event,
          a: { id: 'x' },
          b: { id: 'y' },
          kafka_ts: 'z',
          ['x'.repeat(80)]: 'w',
          userId: 'v',
        }),
      ],
      options,
    );
    expect(source.fields.map(({ name }) => name)).toEqual([
      'user_id',
      'event_ts',
      'a_id',
      'b_id',
      'kafka_ts_2',
      'x'.repeat(50),
      'user_id_2',
    ]);
  });
});

/** Values behind the frame of a schema registry. */
function framed(...values: number[][]): KafkaRecord[] {
  return values.map((value) => record(Buffer.from([0, 0, 0, 0, 7, ...value])));
}

function record(value: object | Buffer | null, others: Partial<KafkaRecord> = {}): KafkaRecord {
  const bytes = value === null || Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value));
  return { partition: 0, offset: 0n, kafkaTs: now, key: null, value: bytes, ...others };
}
