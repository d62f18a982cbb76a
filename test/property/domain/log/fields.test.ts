import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { eventDecoder } from '../../../../domain/log/decode-event.ts';
import type { KafkaRecord } from '../../../../domain/log/kafka-record.ts';
import {
  type EventSourceDefinition,
  FIELD_TYPES,
  type FieldDefinition,
  type FieldPlace,
  type FieldType,
} from '../../../../domain/registry/definition.ts';
import type { Condition } from '../../../../domain/registry/expression.ts';
import { EPOCH_UNITS } from '../../../../domain/time/epoch.ts';
import { userEvents } from '../../../../examples/churn/definitions/user-events.ts';
import { accept } from '../../../oracle/acceptance.ts';
import { EXAMPLE } from '../../../oracle/log.ts';
import { forAll, numRuns } from '../../support/for-all.ts';
import { timeTexts } from '../../support/random-time.ts';

const ZONES = [
  ...['Europe/Paris', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe', 'UTC'],
  ...Intl.supportedValuesOf('timeZone'),
];

/** A record at 2026-06-01T09:00:00Z. */
const RECORD = { partition: 0, offset: 0n, kafkaTs: 1_780_304_400_000_000n, key: null };

const places: fc.Arbitrary<FieldPlace | undefined> = fc.constantFrom<(FieldPlace | undefined)[]>(
  undefined,
  ['value'],
  ['a.b', 'value'],
  ['context', 'user', 'id'],
  ['items', 0],
  ['items', 1, 'value'],
  { record: 'key' },
  { header: 'h' },
);

const onlyTimes = { unit: fc.constantFrom(...EPOCH_UNITS), zone: fc.constantFrom(...ZONES) };

function fieldOf(name: string, type: FieldType, required: boolean): fc.Arbitrary<FieldDefinition> {
  const options = fc.record({
    from: places,
    coerce: fc.constantFrom(undefined, true),
    unit: fc.option(onlyTimes.unit, { nil: undefined }),
    zone: fc.option(onlyTimes.zone, { nil: undefined }),
    length: fc.constantFrom(undefined, 1, 2, 3),
  });
  return options.map(({ from, coerce, unit, zone, length }) => ({
    name,
    type,
    required,
    from,
    ...(type === 'timestamp' && (unit ? { unit } : { zone })),
    ...(!['timestamp', 'string', 'string[]', 'date'].includes(type) && { coerce }),
    ...(type === 'double[]' && { length }),
  }));
}

/** Numbers near every limit, and in every form. */
const numberTexts = fc.oneof(
  fc.constantFrom(
    ...[
      '0',
      '-0',
      '1',
      '-1',
      '0.5',
      '-0.5',
      '1e3',
      '1E-7',
      '12.50',
      '1780304400',
      '1780304400000',
      '1780304400000000',
    ],
    ...[
      '1780304400123456789',
      '9007199254740993',
      '-9007199254740993',
      '1e15',
      '1e16',
      '-62135596800',
      '253402300799.9999999',
    ],
    ...[
      '253402300800',
      '1780304400.1234567',
      '1.780304400123e12',
      '-0.0000001',
      '123456789012345678901234567890.5',
      '1e60',
      '1e-60',
      '1e61',
    ],
  ),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
  fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }).map(String),
);

const scalars = fc.oneof(
  { arbitrary: numberTexts, weight: 6 },
  { arbitrary: numberTexts.map((text) => JSON.stringify(text)), weight: 4 },
  { arbitrary: timeTexts.map((text) => JSON.stringify(text)), weight: 4 },
  {
    arbitrary: fc
      .constantFrom(
        ...[
          '2026-03-29 02:30:00',
          '2026-10-25T02:30',
          '2026-06-01 09:00:00+00:00',
          '2026-06-01T09:02:00+0000',
          '2026-06-01T09:03+00',
        ],
        ...[
          '2026-06-01T09:05:00,125Z',
          '2026-06-01T11:06:00+02:00[Europe/Paris]',
          '2026-W23-1T09:07:00Z',
          '2016-12-31T23:59:60Z',
        ],
        ...[
          '2026-06-01',
          '2026-02-29',
          '1911-03-11 00:00:30',
          'true',
          'False',
          '1',
          '0',
          'NaN',
          'null',
          '',
          ' 1',
          '+5',
          '.5',
          '5.',
          '1_000',
        ],
      )
      .map((text) => JSON.stringify(text)),
    weight: 6,
  },
  {
    arbitrary: fc.constantFrom(
      'true',
      'false',
      'null',
      'NaN',
      'Infinity',
      '-Infinity',
      '[]',
      '{}',
      '[1]',
      '"\\u0000"',
      '"\\ud800"',
    ),
    weight: 4,
  },
);

/** Lists of such values, mostly of one kind, and too long ones. */
const lists = fc
  .oneof(
    fc.array(scalars, { maxLength: 3 }),
    ...['"a"', '1', '1.5', '-0', 'true', '"1"', '12345678901234567890'].map((token) =>
      fc.nat(4).map((length) => Array<string>(length).fill(token)),
    ),
    fc.constantFrom(1_000, 1_001).map((length) => Array<string>(length).fill('7')),
    fc.constantFrom(32_768, 32_769).map((length) => [`"${'x'.repeat(length)}"`, `"${'é'.repeat(32_768)}"`]),
  )
  .map((tokens) => `[${tokens.join()}]`);

const anyValues = fc.oneof({ arbitrary: scalars, weight: 3 }, lists);

/** A record whose JSON has the value at every place, and sometimes something else on the way to it. */
const records = fc
  .tuple(anyValues, anyValues, fc.nat(12), fc.boolean())
  .map(([first, second, shape, isFound]): KafkaRecord => {
    const ways: Record<number, string> = {
      0: '"context":null,"items":[]',
      1: '"context":7,"items":{"0":1}',
      2: '"context":{"user":[]},"items":"x"',
    };
    const value = `"value":${first},"f":${second},"a.b":{"value":${first}}`;
    const way = ways[shape] ?? `"context":{"user":{"id":${first}}},"items":[${second},{"value":${first}}]`;
    const bytes = Buffer.from(jsonOf(first));
    return {
      partition: 0,
      offset: 0n,
      kafkaTs: 1_780_304_400_000_000n,
      key: isFound ? bytes : null,
      headers: isFound ? new Map([['h', bytes]]) : undefined,
      value: Buffer.from(`{"user_id":"u","event_ts":"2026-06-01T09:00:00Z",${value},${way}}`),
    };
  });

/** What a text token says, so that keys and headers hold it without quotes. */
function jsonOf(token: string): string {
  return token.startsWith('"') ? (JSON.parse(token) as string) : token;
}

const sources = fc
  .constantFrom(...FIELD_TYPES)
  .chain((type) => fc.tuple(fieldOf('f', type, false), fieldOf('f', type, true)))
  .chain((fields) =>
    fc.record({
      field: fc.constantFrom(...fields),
      invalid: fc.constantFrom(undefined, 'dead_letter' as const),
    }),
  );

function sourceOf(field: FieldDefinition, more: Partial<EventSourceDefinition>): EventSourceDefinition {
  const { definition } = userEvents;
  const identified = definition.fields.filter(({ name }) => name === 'user_id' || name === 'event_ts');
  return { ...definition, maxAhead: '1 hour', ...more, fields: [...identified, field] };
}

/** What each kind of field may be given at length: it is read, or refused, in a moment. */
const LONG = 300_000;
const longTokens = fc.constantFrom(
  `0.${'0'.repeat(LONG)}1`,
  `${'9'.repeat(LONG)}`,
  `1.${'10'.repeat(LONG)}`,
  `"${'\\\\'.repeat(LONG)}"`,
  `"${'😀'.repeat(LONG)}"`,
  `"x${'😀'.repeat(LONG)}"`,
  `[${'1,'.repeat(LONG)}1]`,
  `{${Array.from({ length: LONG / 10 }, (_, index) => `"${index}":1.5`).join()}}`,
  `${'['.repeat(LONG)}${']'.repeat(LONG)}`,
  `"${'2026-01-01 '.repeat(LONG)}"`,
  `"${' '.repeat(LONG)}1"`,
);

test('a value of any length is read or refused in a moment, and what is kept of it is short text', () => {
  const ofAnyType = fc.constantFrom(...FIELD_TYPES).chain((type) => fieldOf('f', type, false));
  fc.assert(
    fc.property(fc.tuple(ofAnyType, longTokens), ([field, token]) => {
      const source = sourceOf({ ...field, from: ['f'] }, {});
      const value = Buffer.from(`{"user_id":7,"event_ts":"2026-06-01T09:00:00Z","f":${token},"n":NaN}`);
      const began = process.cpuUsage();
      const decoded = eventDecoder(source)({ ...RECORD, value });
      expect(process.cpuUsage(began).user / 1_000).toBeLessThan(2_000);
      for (const { json } of 'event' in decoded ? (decoded.event.invalid ?? []) : []) {
        expect(json.isWellFormed()).toBe(true);
        expect(Buffer.byteLength(json)).toBeLessThanOrEqual(1_024);
      }
    }),
    { seed: 2026, numRuns: 60 },
  );
});

describe('a field', () => {
  test('of any type, place and unit holds what the oracle reads', () => {
    const seen = { value: 0, invalid: 0, rejected: 0 };
    forAll(fc.tuple(sources, records), ([{ field, invalid }, record]) => {
      const source = sourceOf(field, { invalid });
      const fieldsAt = () => Object.fromEntries(source.fields.map((one) => [one.name, one]));
      const expected = accept(record, { ...EXAMPLE, fieldsAt, rejectsUnfit: invalid === 'dead_letter' });
      const decoded = eventDecoder(source)(record);
      if (typeof expected === 'string') {
        seen.rejected += 1;
        expect(decoded).toHaveProperty('rejection');
        return;
      }
      const { event } = decoded as Extract<typeof decoded, { event: unknown }>;
      expect(event.values[2]).toEqual((expected as unknown as { f: unknown }).f);
      expect((event.invalid ?? []).map(({ field: name }) => name)).toEqual(expected.invalid_fields);
      if (expected.invalid_fields.length > 0) seen.invalid += 1;
      else if (event.values[2] !== null) seen.value += 1;
    });
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(numRuns / 20);
  });

  test('that is the event time in the wrong unit makes a dead letter that names the right one', () => {
    const moments = fc.integer({ min: Date.UTC(2000, 0), max: Date.UTC(2199, 0) });
    const units = fc.tuple(fc.constantFrom(...EPOCH_UNITS), fc.constantFrom(...EPOCH_UNITS));
    const perSecond = {
      seconds: 1,
      milliseconds: 1_000,
      microseconds: 1_000_000,
      nanoseconds: 1_000_000_000,
    };
    forAll(fc.tuple(moments, units, fc.boolean()), ([moment, [declared, written], isText]) => {
      const number = String(BigInt(Math.floor(moment / 1_000)) * BigInt(perSecond[written]));
      const field: FieldDefinition = { name: 'at', type: 'timestamp', required: true, unit: declared };
      const source = sourceOf(field, { eventTime: 'at', kafkaTimestamps: 'ignore' });
      const value = `{"user_id":"u","event_ts":"2026-06-01T09:00:00Z","at":${isText ? `"${number}"` : number}}`;
      const decoded = eventDecoder(source)({
        partition: 0,
        offset: 0n,
        kafkaTs: null,
        key: null,
        value: Buffer.from(value),
      });
      if (declared === written) {
        expect(decoded).toHaveProperty('event.eventTs', BigInt(Math.floor(moment / 1_000)) * 1_000_000n);
      } else {
        expect(decoded).toHaveProperty('rejection.reason', 'wrong_unit');
        expect(decoded).toHaveProperty(
          'rejection.detail',
          expect.stringContaining(`a likely time in ${written}`),
        );
      }
    });
  });
});

const leaves: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({
    op: fc.constant('equals' as const),
    field: fc.constantFrom('t', 'u'),
    value: fc.constantFrom('a', 'b'),
  }),
  fc.record({
    op: fc.constant('in' as const),
    field: fc.constantFrom('t', 'u'),
    values: fc.subarray(['a', 'b', 'c'], { minLength: 1 }),
  }),
  fc.record({ op: fc.constant('is_null' as const), field: fc.constantFrom('t', 'u') }),
);
const { condition } = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { depthSize: 'small' },
    leaves,
    fc.record({
      op: fc.constantFrom('and' as const, 'or' as const),
      of: fc.array(tie('condition'), { minLength: 1, maxLength: 3 }),
    }),
    fc.record({ op: fc.constant('not' as const), of: tie('condition') }),
  ),
}));

test('a filter takes the records for which it is true, in the logic of SQL', () => {
  const tokens = fc.constantFrom('"a"', '"b"', '"c"', 'null', '[]', '5');
  forAll(fc.tuple(condition, tokens, tokens), ([where, t, u]) => {
    const fields = ['t', 'u'].map((name) => ({ name, type: 'string' as const, required: false }));
    const source = {
      ...sourceOf(fields[0]!, { where }),
      fields: [...sourceOf(fields[0]!, {}).fields, fields[1]!],
    };
    const value = Buffer.from(`{"user_id":"u","event_ts":"2026-06-01T09:00:00Z","t":${t},"u":${u}}`);
    const decoded = eventDecoder(source)({
      partition: 0,
      offset: 0n,
      kafkaTs: 1_780_304_400_000_000n,
      key: null,
      value,
    });
    const known = (token: string) =>
      token.startsWith('"') ? token.slice(1, -1) : token === '5' ? '5' : null;
    const isTrue = evaluate(where, { t: known(t), u: known(u) }) === 'true';
    expect(decoded).toHaveProperty(isTrue ? 'event' : 'skipped');
  });
});

/** SQL's logic by its truth tables. */
function evaluate(one: Condition, values: Record<string, string | null>): 'true' | 'false' | 'unknown' {
  if (one.op === 'not') {
    return ({ true: 'false', false: 'true', unknown: 'unknown' } as const)[evaluate(one.of, values)];
  }
  if (one.op === 'and' || one.op === 'or') {
    const results = one.of.map((operand) => evaluate(operand, values));
    const order =
      one.op === 'and' ? (['false', 'unknown', 'true'] as const) : (['true', 'unknown', 'false'] as const);
    return order.find((truth) => results.includes(truth))!;
  }
  const { field } = one as Exclude<Condition, { of: unknown }>;
  const value = values[field]!;
  if (one.op === 'is_null') return value === null ? 'true' : 'false';
  if (value === null) return 'unknown';
  const wanted: readonly unknown[] = 'values' in one ? one.values : 'value' in one ? [one.value] : [];
  return wanted.includes(value) ? 'true' : 'false';
}
