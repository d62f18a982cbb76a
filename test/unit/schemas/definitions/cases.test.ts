import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { and, equals, eventSource, isIn, isNull, not, optional, required } from 'asof';
import { splitLines } from '../../../../adapters/files/lines.ts';
import { withoutMark } from '../../../../client/stream/import/file-form.ts';
import { type Decoded, eventDecoder } from '../../../../domain/log/decode-event.ts';
import type { KafkaRecord } from '../../../../domain/log/kafka-record.ts';
import { type Place, placeDecoder } from '../../../../domain/log/places.ts';
import type { EventSourceDefinition } from '../../../../domain/registry/definition.ts';
import { formatInstant, parseInstant } from '../../../../domain/time/instant.ts';
import { userEvents } from '../../../../examples/churn/definitions/user-events.ts';

/** Shapes of events as people have them in their topics, each read by the definition that takes it. */
describe('a topic', () => {
  const plain = { name: 'cases', entity: 'user_id', eventTime: 'event_ts' } as const;
  const user_id = required('string');
  const event_ts = required('timestamp');

  test('with numeric ids has their digits as keys', async () => {
    const decoded = await decodeCase('numeric-ids.ndjson', userEvents.definition);
    expect(valuesOf(decoded, userEvents.definition, 'user_id')).toEqual(['518237', '518237', '90210']);
  });

  test('with ids beyond 2^53 keeps ids apart that differ by one', async () => {
    const { definition } = eventSource({
      ...plain,
      fields: { user_id, event_id: optional('string'), event_ts },
      deduplicate: { by: ['event_id'], within: '1 day' },
    });
    const decoded = await decodeCase('big-ids.ndjson', definition);
    expect(valuesOf(decoded, definition, 'event_id')).toEqual(['1823456789012345678', '1823456789012345679']);
  });

  test('with epoch times takes the declared unit, and names the unit that would fit', async () => {
    const { definition } = eventSource({
      ...plain,
      fields: { user_id, event_ts: required('timestamp', { unit: 'milliseconds' }) },
    });
    const decoded = await decodeCase('epoch-times.ndjson', definition);
    expect(timesOf(decoded)).toEqual(['2026-06-01T09:00:00.000000Z', '2026-06-01T09:03:00.000000Z']);
    expect(reasonsOf(decoded)).toEqual([
      ['wrong_unit', expect.stringContaining('a likely time in seconds, not in milliseconds')],
      ['wrong_unit', expect.stringContaining('a likely time in microseconds, not in milliseconds')],
    ]);
  });

  test.each([
    [undefined, '2026-06-01T09:00:00.000000Z'],
    ['America/New_York', '2026-06-01T13:00:00.000000Z'],
  ])('with times in many forms of ISO 8601 takes them, without an offset in %s', async (zone, first) => {
    const { definition } = eventSource({
      ...plain,
      maxAhead: '36500 days',
      fields: { user_id, event_ts: required('timestamp', zone === undefined ? {} : { zone }) },
    });
    const decoded = await decodeCase('text-times.ndjson', definition);
    expect(timesOf(decoded)).toEqual([
      first,
      '2026-06-01T09:01:00.250000Z',
      '2026-06-01T09:02:00.000000Z',
      '2026-06-01T09:03:00.000000Z',
      '2026-06-01T09:04:00.000000Z',
      '2026-06-01T09:05:00.125000Z',
      '2026-06-01T09:06:00.000000Z',
      '2016-12-31T23:59:59.999999Z',
    ]);
    expect(reasonsOf(decoded)).toEqual([
      ['not_a_time', expect.stringContaining('an ISO week date, which is not read')],
    ]);
  });

  test('of a customer-data platform is read by paths; what has no user is skipped', async () => {
    const { definition } = eventSource({
      ...plain,
      fields: {
        user_id: required('string', { from: 'userId' }),
        event: optional('string'),
        revenue: optional('double', { from: 'properties.revenue', coerce: true }),
        first_sku: optional('string', { from: 'properties.products[0].sku' }),
        device: optional('string', { from: 'context.device.type' }),
        event_ts: required('timestamp', { from: 'timestamp' }),
      },
      where: and(not(isNull('user_id')), equals('event', 'Order Completed')),
    });
    const decoded = await decodeCase('track-call.ndjson', definition);
    expect(decoded[0]).toMatchObject({
      event: { values: ['cust-77', 'Order Completed', 39.95, 'p_17', 'ios', expect.anything()] },
    });
    expect(decoded[1]).toEqual({ skipped: 'filtered' });
  });

  describe('of changed rows', () => {
    const orders = { name: 'orders', entity: 'customer_id', eventTime: 'created_at' } as const;
    const customer_id = required('string');
    const created_at = required('timestamp', { unit: 'microseconds' });

    test('has the rows as events, with exact decimals where their scale is given; deletions are skipped', async () => {
      const { definition } = eventSource({
        ...orders,
        unwrap: { envelope: 'change' },
        fields: {
          customer_id,
          amount: optional('decimal', { scale: 2 }),
          op: optional('string', { from: { envelope: 'op' } }),
          table: optional('string', { from: { envelope: 'source.table' } }),
          created_at,
        },
      });
      const decoded = await decodeCase('cdc-envelope.ndjson', definition);
      expect(timesOf(decoded)).toEqual(['2026-06-01T09:00:00.123456Z']);
      expect(eventsOf(decoded)[0]!.values.slice(0, 4)).toEqual(['77', '19.99', 'c', 'orders']);
      expect(invalidOf(decoded)).toEqual([[]]);
      expect(decoded[1]).toEqual({ skipped: 'filtered' });
    });

    test('has deletions as events where the source takes the row before', async () => {
      const { definition } = eventSource({
        ...orders,
        unwrap: { envelope: 'change', deletes: 'before' },
        fields: { customer_id, created_at },
      });
      const decoded = await decodeCase('cdc-envelope.ndjson', definition);
      expect(valuesOf(decoded, definition, 'customer_id')).toEqual(['77', '77']);
    });

    test('without a scale keeps the bytes of a decimal beside the event, and says what they may be', async () => {
      const { definition } = eventSource({
        ...orders,
        unwrap: { envelope: 'change' },
        fields: { customer_id, amount: optional('decimal'), created_at },
      });
      const decoded = await decodeCase('cdc-envelope.ndjson', definition);
      expect(invalidOf(decoded)).toEqual([[{ field: 'amount', json: '"B88="' }]]);
      const strict = { ...definition, invalid: 'dead_letter' as const };
      expect(reasonsOf(await decodeCase('cdc-envelope.ndjson', strict))).toEqual([
        ['wrong_type', expect.stringContaining('may be the base64 of its bytes: give the field their scale')],
      ]);
    });

    test('can be read by paths alone', async () => {
      const { definition } = eventSource({
        ...orders,
        fields: {
          op: optional('string', { from: 'payload.op' }),
          customer_id: required('string', { from: 'payload.after.customer_id' }),
          created_at: required('timestamp', { from: 'payload.after.created_at', unit: 'microseconds' }),
        },
        where: isIn('op', ['c', 'r', 'u']),
      });
      const decoded = await decodeCase('cdc-envelope.ndjson', definition);
      expect(valuesOf(decoded, definition, 'customer_id')).toEqual(['77']);
      expect(decoded[1]).toEqual({ skipped: 'filtered' });
    });
  });

  test('behind the frame of a schema registry is read by its format', () => {
    const json = '{"user_id":"u_1","event_ts":"2026-06-01T09:00:00Z"}';
    const framed = Buffer.concat([Buffer.from([0, 0, 0, 0, 7]), Buffer.from(json)]);
    const decodeAs = (format: 'json' | 'registry_json', value: Buffer) => {
      const { definition } = eventSource({ ...plain, format, fields: { user_id, event_ts } });
      return eventDecoder(definition)({ ...nowhere, value });
    };
    expect(decodeAs('registry_json', framed)).toHaveProperty('event.values.0', 'u_1');
    expect(decodeAs('json', framed)).toHaveProperty('rejection.reason', 'schema_registry_prefix');
    expect(decodeAs('registry_json', Buffer.from(json))).toHaveProperty(
      'rejection.reason',
      'no_schema_registry_prefix',
    );
  });

  test('in another format is told from JSON, and its dead letters say what would fit', () => {
    const json = Buffer.from('{"user_id":"u_1","event_ts":"2026-06-01T09:00:00Z"}');
    const frame = Buffer.from([0, 0, 0, 0, 7]);
    // A message with the text `u_1` as its first field, and the number 300 as its second.
    const message = Buffer.from([0x0a, 3, 0x75, 0x5f, 0x31, 0x10, 0xac, 0x02]);
    const avro = Buffer.from([0x06, 0x75, 0x5f, 0x31, 0x02]);
    const values = {
      json,
      message,
      'framed JSON': Buffer.concat([frame, json]),
      'framed message': Buffer.concat([frame, Buffer.from([0]), message]),
      'framed third message': Buffer.concat([frame, Buffer.from([4, 0, 2]), message]),
      'framed Avro': Buffer.concat([frame, avro]),
    };
    const detailsAs = (format: 'json' | 'registry_json' | 'avro') => {
      const { definition } = eventSource({ ...plain, format, fields: { user_id, event_ts } });
      const decode = eventDecoder(definition);
      return Object.fromEntries(
        Object.entries(values).map(([what, value]) => {
          const decoded = decode({ ...nowhere, value });
          return [what, 'rejection' in decoded ? decoded.rejection : 'event'];
        }),
      );
    };
    const reason = (code: string, detail: RegExp) => ({
      reason: code,
      detail: expect.stringMatching(detail) as string,
    });
    const protobuf = reason('protobuf', /Protobuf, which is not read.*write JSON or Avro/);
    expect(detailsAs('json')).toEqual({
      json: 'event',
      message: protobuf,
      'framed JSON': reason('schema_registry_prefix', /JSON follows.*'registry_json'/),
      'framed message': protobuf,
      'framed third message': protobuf,
      'framed Avro': reason('schema_registry_prefix', /binary, such as Avro, follows.*'avro'/),
    });
    expect(detailsAs('registry_json')).toMatchObject({
      json: reason('no_schema_registry_prefix', /looks like plain JSON.*leave out the source's format/),
      'framed JSON': 'event',
      'framed message': protobuf,
      'framed third message': protobuf,
      'framed Avro': reason('not_json', /.*/),
    });
    expect(detailsAs('avro')).toMatchObject({
      json: reason('no_schema_registry_prefix', /looks like plain JSON; expected Avro/),
      message: reason('no_schema_registry_prefix', /expected Avro/),
    });
  });

  test("with Python's NaN has events whose bad fields are null", async () => {
    const decoded = await decodeCase('nan-tokens.ndjson', userEvents.definition);
    expect(valuesOf(decoded, userEvents.definition, 'revenue')).toEqual([null, null]);
    expect(invalidOf(decoded)).toEqual([
      [{ field: 'revenue', json: 'NaN' }],
      [{ field: 'revenue', json: 'Infinity' }],
    ]);
  });

  test('with one bad field in each record has events, and says what was there', async () => {
    const coerced = eventSource({
      ...plain,
      fields: {
        user_id,
        revenue: optional('double', { coerce: true }),
        session_id: optional('string'),
        platform: optional('string'),
        event_ts,
      },
    }).definition;
    const decoded = await decodeCase('one-bad-field.ndjson', coerced);
    expect(valuesOf(decoded, coerced, 'revenue')).toEqual([null, 12.5, null, null, null]);
    expect(valuesOf(decoded, coerced, 'platform')).toEqual([null, null, null, '3', null]);
    expect(valuesOf(decoded, coerced, 'session_id').at(-1)).toBe('1780304399');
    expect(invalidOf(decoded).flat()).toEqual([
      { field: 'revenue', json: '""' },
      { field: 'revenue', json: '"null"' },
    ]);
    const strict = await decodeCase('one-bad-field.ndjson', userEvents.definition);
    expect(invalidOf(strict).flat()).toContainEqual({ field: 'revenue', json: '"12.50"' });
  });

  test('with times of the year 1 and of 1970 has dead letters for them', async () => {
    const decoded = await decodeCase('zero-times.ndjson', userEvents.definition);
    expect(reasonsOf(decoded).map(([reason]) => reason)).toEqual(['behind_kafka_time', 'behind_kafka_time']);
    expect(timesOf(decoded)).toEqual(['2026-06-01T09:00:00.000000Z']);
  });

  test('with several events in a record has each of them at its place', async () => {
    const { definition } = eventSource({
      ...plain,
      explode: 'batch',
      fields: {
        user_id,
        sent_at: optional('timestamp', { from: { envelope: 'sentAt' } }),
        event_ts,
      },
    });
    const places = await placesOfCase('batched.ndjson', definition);
    expect(places.map(({ record: { offset, index } }) => [offset, index])).toEqual([
      [0n, 0],
      [0n, 1],
      [1n, 0],
    ]);
    const decoded = places.map((place) => place.decoded);
    expect(valuesOf(decoded, definition, 'user_id')).toEqual(['u_1', 'u_2', 'u_1']);
    const sentAt = parseInstant('2026-06-01T09:00:03Z')!;
    expect(valuesOf(decoded, definition, 'sent_at')).toEqual([null, null, sentAt]);
  });

  test('from an editor on Windows has two events', async () => {
    expect(timesOf(await decodeCase('events-bom-crlf.ndjson', userEvents.definition))).toHaveLength(2);
  });
});

/** A record shortly after the events of the cases. */
const nowhere = { partition: 0, offset: 0n, kafkaTs: parseInstant('2026-06-01T09:10:00Z')!, key: null };

async function decodeCase(file: string, source: EventSourceDefinition): Promise<Decoded[]> {
  return (await recordsOfCase(file)).map(eventDecoder(source));
}

async function placesOfCase(file: string, source: EventSourceDefinition): Promise<Place[]> {
  return (await recordsOfCase(file)).flatMap(placeDecoder(source, eventDecoder(source))!);
}

async function recordsOfCase(file: string): Promise<KafkaRecord[]> {
  const bytes = readFileSync(new URL(`../../../cases/events/${file}`, import.meta.url));
  const records: KafkaRecord[] = [];
  for await (const line of splitLines(Readable.from([bytes]))) {
    const value = records.length === 0 ? withoutMark(line) : line;
    records.push({ ...nowhere, offset: BigInt(records.length), value });
  }
  return records;
}

function eventsOf(decoded: readonly Decoded[]) {
  return decoded.flatMap((one) => ('event' in one ? [one.event] : []));
}

function valuesOf(decoded: readonly Decoded[], { fields }: EventSourceDefinition, name: string): unknown[] {
  const index = fields.findIndex((field) => field.name === name);
  return eventsOf(decoded).map(({ values }) => values[index]);
}

function timesOf(decoded: readonly Decoded[]): string[] {
  return eventsOf(decoded).map(({ eventTs }) => formatInstant(eventTs));
}

function invalidOf(decoded: readonly Decoded[]): unknown[] {
  return eventsOf(decoded).map(({ invalid = [] }) => invalid);
}

function reasonsOf(decoded: readonly Decoded[]): unknown[][] {
  return decoded.flatMap((one) => ('rejection' in one ? [[one.rejection.reason, one.rejection.detail]] : []));
}
