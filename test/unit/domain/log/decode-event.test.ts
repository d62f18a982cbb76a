import { describe, expect, test } from 'vitest';
import { type Decoded, eventDecoder } from '../../../../domain/log/decode-event.ts';
import type { KafkaRecord } from '../../../../domain/log/kafka-record.ts';
import type { EventSourceDefinition } from '../../../../domain/registry/definition.ts';
import { parseInstant } from '../../../../domain/time/instant.ts';
import { userEvents } from '../../../../examples/churn/definitions/user-events.ts';

const kafkaTs = parseInstant('2026-01-31T10:00:00Z')!;
const decodeRecord = eventDecoder(userEvents.definition);

test("an accepted event has its values in the order of the source's fields", () => {
  const decoded = decodeMembers('"revenue":19.99,"event_type":"purchase","country":"FR"');
  const values = ['u', 'purchase', null, 19.99, null, null, kafkaTs];
  expect(decoded).toEqual({ event: { partition: 0, offset: 7n, kafkaTs, eventTs: kafkaTs, values } });
});

describe('accepted', () => {
  test.each([
    '"revenue":null',
    '"revenue":1e15',
    '"revenue":-1e15',
    '"revenue":5e-324',
    '"platform":""', // only required fields must not be empty
    '"platform":"\\ud83d\\ude00"', // a surrogate pair is a character
    '"country":"\\u0000\\ud800"', // the decoder ignores fields that the schema does not name
    '"country":1e400',
    '"user_id":7,"user_id":"v"', // the last member of a name counts
    '"event_ts":"2026-01-31T11:00:00Z"', // as far ahead of the Kafka timestamp as allowed
    '"event_ts":"2006-01-31T10:00:00Z"', // as far behind the Kafka timestamp as allowed
  ])('%s', (members) => {
    expect(decodeMembers(members)).toHaveProperty('event');
  });
});

describe('integers and booleans', () => {
  const fields = [
    ...userEvents.definition.fields,
    { name: 'quantity', type: 'integer', required: false },
    { name: 'gift', type: 'boolean', required: true },
  ] as const;
  const decodeTyped = (members: string) =>
    eventDecoder({ ...userEvents.definition, fields, invalid: 'dead_letter' })({
      partition: 0,
      offset: 7n,
      kafkaTs,
      key: null,
      value: Buffer.from(`{"user_id":"u","event_ts":"2026-01-31T10:00:00Z",${members}}`),
    });

  test.each([
    ['"quantity":3,"gift":true', 3, true],
    ['"quantity":1E2,"gift":false', 100, false],
    ['"quantity":-1e15,"gift":false', -1e15, false],
    ['"quantity":-0.0,"gift":true', 0, true],
    ['"gift":true', null, true],
  ])('%s', (members, quantity, gift) => {
    const decoded = decodeTyped(members);
    expect('event' in decoded && decoded.event.values.slice(-2)).toEqual([quantity, gift]);
  });

  test.each([
    ['"quantity":1.5,"gift":true', 'wrong_type', 'field quantity should be a whole number, got 1.5'],
    ['"quantity":"3","gift":true', 'wrong_type', 'field quantity should be a whole number, got "3"'],
    [
      '"quantity":1e16,"gift":true',
      'number_out_of_range',
      'field quantity is 10000000000000000, beyond ±1000000000000000',
    ],
    ['"gift":1', 'wrong_type', 'field gift should be true or false, got 1'],
    ['"gift":"true"', 'wrong_type', 'field gift should be true or false, got "true"'],
    ['"quantity":1', 'missing_field', 'required field gift is missing'],
  ])('%s', (members, reason, detail) => {
    expect(decodeTyped(members)).toMatchObject({
      rejection: { reason, detail: expect.stringContaining(`${detail}. `) as string },
    });
  });
});

describe('an optional field that does not fit', () => {
  test.each([
    ['"revenue":"19.99"', '"19.99"'],
    ['"revenue":NaN', 'NaN'],
    ['"revenue":1000000000000000.2', '1000000000000000.2'],
    ['"platform":{"os":["ios",17]}', '{"os":["ios",17]}'],
    ['"platform":1.50', '1.50'],
    ['"platform":"\\u0000"', '"\\u0000"'],
  ])('%s is null, and kept beside the event', (members, json) => {
    const field = /\w+/.exec(members)![0];
    const decoded = decodeMembers(members);
    expect(decoded).toMatchObject({ event: { invalid: [{ field, json }] } });
    expect('event' in decoded && decoded.event.values.filter((value) => value === null)).toHaveLength(5);
  });

  test.each(['['.repeat(200_000) + ']'.repeat(200_000), `"${'x'.repeat(200_000)}\\u0000"`])(
    'is kept up to 1 KiB, however deep or long it is',
    (json) => {
      const decoded = decodeMembers(`"platform":${json}`);
      const { json: kept } = (decoded as Extract<typeof decoded, { event: unknown }>).event.invalid![0]!;
      expect(Buffer.byteLength(kept)).toBe(1_024);
    },
  );
});

test('whole numbers enter a text by their digits, however long they are', () => {
  const decoded = decodeMembers('"user_id":1823456789012345679,"session_id":-0,"event_type":7,"revenue":0.1');
  expect('event' in decoded && decoded.event.values).toEqual([
    ...['1823456789012345679', '7', null, 0.1, '-0', null],
    kafkaTs,
  ]);
});

describe('rejected', () => {
  const decodeStrictly = eventDecoder({ ...userEvents.definition, invalid: 'dead_letter' });

  test.each([
    ['"user_id":""', 'missing_field', /user_id/],
    ['"user_id":null', 'missing_field', /user_id/],
    ['"user_id":7.5', 'wrong_type', /user_id should be a string, got 7.5/],
    ['"user_id":"a\\u0000"', 'unstorable_text', /user_id/],
    ['"platform":"\\ud800"', 'unstorable_text', /platform/],
    ['"revenue":"19.99"', 'wrong_type', /revenue should be a number, got "19.99"/],
    ['"revenue":1000000000000000.2', 'number_out_of_range', /revenue/],
    ['"revenue":-1e400', 'number_out_of_range', /revenue/],
    ['"event_ts":1769853600', 'wrong_type', /event_ts should be an ISO 8601 time/],
    ['"event_ts":"yesterday"', 'not_a_time', /event_ts is "yesterday"/],
    ['"event_ts":"2026-01-31T11:00:00.000001Z"', 'ahead_of_kafka_time', /more than 1 hour ahead/],
    [
      '"event_ts":"2006-01-31T09:59:59.999999Z"',
      'behind_kafka_time',
      /more than 7305 days behind.*maxBehind/,
    ],
    [`"platform":${'['.repeat(200_000)}${']'.repeat(200_000)}`, 'wrong_type', /platform should be a string/],
  ])('%.60s', (members, reason, detail) => {
    expect(decodeStrictly(recordWith(members))).toEqual({
      rejection: { reason, detail: expect.stringMatching(detail) as string },
    });
  });

  const event = '{"user_id":"u","event_ts":"2026-01-31T10:00:00Z"}';
  test.each([
    ['a tombstone', null, 'no_value'],
    ['an empty value', Buffer.from(''), 'not_json'],
    ['a schema-registry encoding', Buffer.from(`\0\0\0\0\u0001${event}`), 'schema_registry_prefix'],
    ['a byte order mark', Buffer.from(`\ufeff${event}`), 'not_json'],
    ['bytes that are not UTF-8', Buffer.from(event.replace('"u"', '"ÿ"'), 'latin1'), 'not_utf8'],
    ['an array', Buffer.from(`[${event}]`), 'not_an_object'],
    ['deep nesting', Buffer.from('['.repeat(200_000) + ']'.repeat(200_000)), 'not_an_object'],
    ['null', Buffer.from('null'), 'not_an_object'],
    ['fields of a prototype', Buffer.from(`{"__proto__":${event}}`), 'missing_field'],
  ])('%s', (_what, value, reason) => {
    expect(decode(value)).toMatchObject({ rejection: { reason } });
  });
});

describe('a Kafka timestamp', () => {
  const source = userEvents.definition;
  const decodeAt = (time: string | null, definition: Partial<EventSourceDefinition> = {}) =>
    eventDecoder({ ...source, ...definition })({
      partition: 0,
      offset: 7n,
      kafkaTs: time === null ? null : parseInstant(time)!,
      key: null,
      value: Buffer.from('{"user_id":"u","event_ts":"2026-01-31T10:00:00Z"}'),
    });

  test.each([
    [null, 'no_kafka_time', /no Kafka timestamp.*kafkaTimestamps: 'ignore'/],
    [
      '1970-01-21T11:31:04Z',
      'early_kafka_time',
      /in seconds instead of milliseconds.*kafkaTimestamps: 'ignore'/,
    ],
    ['1999-12-31T23:59:59.999999Z', 'early_kafka_time', /before 2000/],
  ])('of %s makes a dead letter that names the option', (time, reason, detail) => {
    const rejection = { reason, detail: expect.stringMatching(detail) as string };
    expect(decodeAt(time)).toEqual({ rejection });
  });

  test.each([null, '1970-01-21T11:31:04Z', '2026-01-31T10:00:00Z', '2999-01-01T00:00:00Z'])(
    'of %s does not count where the source ignores it',
    (time) => {
      expect(decodeAt(time, { kafkaTimestamps: 'ignore' })).toMatchObject({ event: { kafkaTs: null } });
    },
  );

  test('may be any time after the event time where the source sets no limit', () => {
    const unlimited = { maxBehind: 'none' };
    expect(decodeAt('2999-01-01T00:00:00Z')).toHaveProperty('rejection.reason', 'behind_kafka_time');
    expect(decodeAt('2999-01-01T00:00:00Z', unlimited)).toHaveProperty('event');
    expect(decodeAt('2026-01-31T10:00:01Z', { maxBehind: '1 second' })).toHaveProperty('event');
    expect(decodeAt('2026-01-31T10:00:02Z', { maxBehind: '1 second' })).toHaveProperty('rejection');
  });

  test('does not hide what else is wrong with a record', () => {
    const record = { partition: 0, offset: 7n, kafkaTs: null, key: null, value: Buffer.from('{') };
    expect(eventDecoder(source)(record)).toHaveProperty('rejection.reason', 'not_json');
  });
});

test('a record that could not be read has the reason that the reader gave', () => {
  const unreadable = { reason: 'damaged_batch', detail: 'its checksum is wrong' } as const;
  const record = { partition: 0, offset: 7n, kafkaTs, key: null, value: null, unreadable };
  expect(decodeRecord(record)).toEqual({ rejection: unreadable });
});

function decode(value: Uint8Array | null): Decoded {
  return decodeRecord({ partition: 0, offset: 7n, kafkaTs, key: null, value });
}

/** A record with these members in addition to, or instead of, the required ones. */
function recordWith(members: string): KafkaRecord {
  const value = Buffer.from(`{"user_id":"u","event_ts":"2026-01-31T10:00:00Z",${members}}`);
  return { partition: 0, offset: 7n, kafkaTs, key: null, value };
}

/** Decodes an event with these members in addition to, or instead of, the required ones. */
function decodeMembers(members: string): Decoded {
  return decodeRecord(recordWith(members));
}
