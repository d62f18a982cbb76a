import type { Schema } from 'avsc';
import { describe, expect, test } from 'vitest';
import { avroReader } from '../../../../adapters/schema-registry/avro-reader.ts';
import { NumberToken } from '../../../../domain/log/json/exact-json.ts';
import { parseInstant } from '../../../../domain/time/instant.ts';
import { encodeAvro } from '../../../support/records/avro.ts';

function readAs(schema: unknown, value: unknown, written: unknown = schema, referenced: string[] = []) {
  return avroReader(JSON.stringify(schema), referenced)(encodeAvro(written as Schema, value));
}

const fixed = (size: number, logicalType?: string) => ({ type: 'fixed', name: 'F', size, logicalType });

describe('a value in Avro', () => {
  test.each([
    ['a long of 2^53', 'long', 2n ** 53n - 1n, 2 ** 53 - 1],
    ['a longer one', 'long', 2n ** 53n + 1n, new NumberToken('9007199254740993')],
    ['the least long', 'long', -(2n ** 63n), new NumberToken('-9223372036854775808')],
    ['a whole double', 'double', 5, new NumberToken('5.0')],
    ['NaN', 'double', NaN, new NumberToken('NaN')],
    ['bytes', 'bytes', Buffer.from([1, 2]), Buffer.from([1, 2])],
    ['a duration', fixed(12, 'duration'), Buffer.alloc(12), Buffer.alloc(12)],
    [
      'a UUID of bytes',
      fixed(16, 'uuid'),
      Buffer.from('00112233445566778899aabbccddeeff', 'hex'),
      '00112233-4455-6677-8899-aabbccddeeff',
    ],
    ['a logical type that does not go with its type', { type: 'string', logicalType: 'date' }, 'x', 'x'],
    ['a logical type that is unknown', { type: 'long', logicalType: 'mystery' }, 7n, 7],
    ['a day', { type: 'int', logicalType: 'date' }, -1, '1969-12-31'],
    ['a day beyond the years', { type: 'int', logicalType: 'date' }, 3_000_000, 3_000_000],
    [
      'a decimal',
      { type: 'bytes', logicalType: 'decimal', precision: 4, scale: 2 },
      Buffer.from([0xf8, 0x30]),
      new NumberToken('-20.00'),
    ],
    [
      'a decimal without bytes',
      { type: 'bytes', logicalType: 'decimal', precision: 4 },
      Buffer.alloc(0),
      Buffer.alloc(0),
    ],
    [
      'milliseconds',
      { type: 'long', logicalType: 'timestamp-millis' },
      1_780_304_400_123n,
      parseInstant('2026-06-01T09:00:00.123Z'),
    ],
    ['microseconds', { type: 'long', logicalType: 'timestamp-micros' }, -1n, -1n],
    ['nanoseconds', { type: 'long', logicalType: 'timestamp-nanos' }, -1n, -1n],
    [
      'a local time',
      { type: 'long', logicalType: 'local-timestamp-micros' },
      1_780_304_400_123_456n,
      '2026-06-01T09:00:00.123456',
    ],
    [
      'a moment beyond the years',
      { type: 'long', logicalType: 'timestamp-millis' },
      2n ** 62n,
      new NumberToken('4611686018427387904'),
    ],
  ])('that is %s', (_what, schema, value, expected) => {
    expect(readAs(schema, value)).toEqual(expected);
  });

  test('of a type that lies within itself', () => {
    const list = {
      type: 'record',
      name: 'List',
      fields: [
        { name: 'value', type: 'int' },
        { name: 'next', type: ['null', 'List'] },
      ],
    };
    const value = { value: 1, next: { List: { value: 2, next: null } } };
    expect(readAs(list, value)).toEqual({ value: 1, next: { value: 2, next: null } });
  });

  test('of a schema that refers to others', () => {
    const city = { type: 'record', name: 'geo.City', fields: [{ name: 'name', type: 'string' }] };
    const place = { type: 'record', name: 'geo.Place', fields: [{ name: 'city', type: 'geo.City' }] };
    const event = (type: unknown) => ({ type: 'record', name: 'Event', fields: [{ name: 'at', type }] });
    const whole = event({ ...place, fields: [{ name: 'city', type: city }] });
    const referenced = [city, place].map((schema) => JSON.stringify(schema));
    const value = { at: { city: { name: 'Ulm' } } };
    expect(readAs(event('geo.Place'), value, whole, referenced)).toEqual(value);
  });

  test('of a schema whose defaults do not fit', () => {
    const schema = (more: object) => ({
      type: 'record',
      name: 'R',
      fields: [{ name: 'n', type: 'int', ...more }],
    });
    expect(readAs(schema({ default: 'none' }), { n: 1 }, schema({}))).toEqual({ n: 1 });
  });

  test.each([
    ['too short', Buffer.from([4, 97])],
    ['too long', Buffer.from([2, 97, 97])],
  ])('of bytes that are %s is refused', (_what, bytes) => {
    expect(() => avroReader('"string"', [])(bytes)).toThrow();
  });
});
