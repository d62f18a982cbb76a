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
    [[record({ temperature: 21.5 })], 'nothing says what the events are about'],
  ])('of nothing that can be read is refused', (records, reason) => {
    expect(() => inferSource(records, options)).toThrow(reason);
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

function record(value: object | Buffer | null, others: Partial<KafkaRecord> = {}): KafkaRecord {
  const bytes = value === null || Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value));
  return { partition: 0, offset: 0n, kafkaTs: now, key: null, value: bytes, ...others };
}
