import fc from 'fast-check';
import { expect, test } from 'vitest';
import { eventDecoder } from '../../../../domain/log/decode-event.ts';
import type { EnvelopeDefinition, FieldDefinition } from '../../../../domain/registry/definition.ts';
import { userEvents } from '../../../../examples/churn/definitions/user-events.ts';
import { accept } from '../../../oracle/acceptance.ts';
import { EXAMPLE } from '../../../oracle/log.ts';
import { forAll, numRuns } from '../../support/for-all.ts';

/** Bytes of decimals, texts that are nearly base64, and other values. */
const amounts = fc.oneof(
  fc.uint8Array({ maxLength: 62 }).map((bytes) => JSON.stringify(Buffer.from(bytes).toString('base64'))),
  fc.constantFrom(
    '"B88="',
    '"B89="',
    '"B88"',
    '"B8 8="',
    '"A==="',
    '12.50',
    '-0',
    '1e61',
    'null',
    '[]',
    'NaN',
  ),
);

const rows = fc.oneof(
  {
    arbitrary: fc
      .tuple(amounts, fc.constantFrom('"u"', '7', '""'))
      .map(([amount, user]) => `{"user_id":${user},"amount":${amount},"event_ts":"2026-06-01T09:00:00Z"}`),
    weight: 8,
  },
  fc.constantFrom('null', '7', '[]', '"row"', '{}'),
);

const operations = fc.constantFrom('"c"', '"r"', '"u"', '"d"', '"t"', '"m"', 'null', '1', '"toString"');

/** A row, or a change of it with its members in any order and any of them missing. */
const payloads = fc.oneof(
  rows,
  fc
    .tuple(operations, rows, rows, amounts)
    .map(([op, before, after, count]) => [
      `"op":${op}`,
      `"before":${before}`,
      `"after":${after}`,
      `"source":{"count":${count}}`,
    ])
    .chain((members) => fc.shuffledSubarray(members, { minLength: 3 }))
    .map((members) => `{${members.join()}}`),
);

/** The bytes of a record: a payload beside its schema or in the place of the value, or nearly so. */
const values = fc
  .tuple(payloads, fc.nat(7))
  .map(([payload, shape]) => {
    const wrapped = `{"schema":{"type":"struct"},"payload":${payload}}`;
    if (shape < 3) return wrapped;
    if (shape === 3) return `{"schema":null,"payload":null}`;
    if (shape === 4) return `{"payload":${payload}}`;
    if (shape === 5) return `{"schema":1,"payload":${payload},"more":2}`;
    return payload;
  })
  .map((text) => Buffer.from(text));

const envelopes = fc.constantFrom<(EnvelopeDefinition | undefined)[]>(
  undefined,
  { envelope: 'connect' },
  { envelope: 'change' },
  { envelope: 'change', deletes: 'skip' },
  { envelope: 'change', deletes: 'before' },
);

const FIELDS: readonly FieldDefinition[] = [
  { name: 'user_id', type: 'string', required: true },
  { name: 'amount', type: 'decimal', required: false, scale: 3 },
  { name: 'plain', type: 'decimal', required: false, from: ['amount'] },
  { name: 'count', type: 'decimal', required: false, from: { envelope: ['source', 'count'] } },
  { name: 'event_ts', type: 'timestamp', required: true },
];

test('what stands in an envelope is the event, the dead letter or the skip that the oracle says', () => {
  const seen = { event: 0, rejection: 0, skipped: 0 };
  const sources = fc.record({ unwrap: envelopes, tombstones: fc.constantFrom(undefined, 'skip' as const) });
  forAll(fc.tuple(sources, values), ([{ unwrap, tombstones }, value]) => {
    const source = { ...userEvents.definition, unwrap, tombstones, fields: FIELDS };
    const record = { partition: 0, offset: 0n, kafkaTs: 1_780_304_400_000_000n, key: null, value };
    const decoded = eventDecoder(source)(record);
    const expected = accept(record, {
      ...EXAMPLE,
      unwrap,
      skipsTombstones: tombstones === 'skip',
      fieldsAt: () => Object.fromEntries(FIELDS.map((field) => [field.name, field])),
    });
    if (typeof expected === 'string') {
      expect(decoded).toHaveProperty(expected === 'skipped' ? 'skipped' : 'rejection');
      seen[expected === 'skipped' ? 'skipped' : 'rejection'] += 1;
      return;
    }
    seen.event += 1;
    const { event } = decoded as Extract<typeof decoded, { event: unknown }>;
    const fields = expected as unknown as Record<string, unknown>;
    expect(event.values).toEqual(FIELDS.map(({ name }) => fields[name]));
    expect((event.invalid ?? []).map(({ field }) => field)).toEqual(expected.invalid_fields);
  });
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(numRuns / 50);
});
