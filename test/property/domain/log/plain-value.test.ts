import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fieldReader } from '../../../../domain/log/fields/field-reader.ts';
import { plainField, plainValue } from '../../../../domain/log/fields/plain-value.ts';
import { JsonDocument } from '../../../../domain/log/json/json-document.ts';
import { RecordContent } from '../../../../domain/log/json/record-content.ts';
import { Rejected } from '../../../../domain/log/rejected.ts';
import { FIELD_TYPES, type FieldDefinition } from '../../../../domain/registry/definition.ts';
import { userEvents } from '../../../../examples/churn/definitions/user-events.ts';
import { forAll, numRuns } from '../../support/for-all.ts';

/** Names that every object inherits, too. */
const names = ['amount', 'constructor', 'toString', '__proto__', 'hasOwnProperty'];

const tokens = fc.oneof(
  fc.constantFrom('null', '""', '"a"', '"\\u0000"', '"\\ud800"', '-0', '1e15', '1e16', '1e400', '2.0', '0.5'),
  fc.constantFrom('true', 'false', '"true"', '[]', '{}', '"2026-03-01T10:00:00Z"', '"2026-03-01 10:00"'),
  fc.json({ maxDepth: 2 }),
);

const cases = fc.record({
  field: fc.record({
    name: fc.constantFrom(...names),
    type: fc.constantFrom(...FIELD_TYPES),
    required: fc.boolean(),
    coerce: fc.boolean(),
  }),
  other: fc.option(fc.constantFrom(...names), { freq: 1 }),
  token: tokens,
});

test('a value that is read the short way is the one that the reader of its field gives', () => {
  let plain = 0;
  forAll(cases, ({ field, other, token }) => {
    const value = Buffer.from(`{"${other ?? field.name}":${token}}`);
    const content = new RecordContent(
      { partition: 0, offset: 0n, kafkaTs: 0n, key: null, value },
      new JsonDocument(value),
    );
    const short = plainValue(plainField(field)!, content.root);
    if (short === undefined) return;
    plain += 1;
    expect(short).toEqual(taken(field, content));
  });
  expect(plain).toBeGreaterThan(numRuns / 20);
});

test('a field with a place, a unit or a zone is not read the short way', () => {
  const field: FieldDefinition = { name: 'at', type: 'timestamp', required: true };
  for (const reading of [{ from: ['b'] }, { unit: 'seconds' as const }, { zone: 'Europe/Paris' }])
    expect(plainField({ ...field, ...reading })).toBeUndefined();
});

function taken(field: FieldDefinition, content: RecordContent): unknown {
  const invalid: never[] = [];
  try {
    const value = fieldReader(userEvents.definition, field).take(content, invalid);
    return invalid.length === 0 ? value : 'does not fit';
  } catch (error) {
    if (error instanceof Rejected) return 'rejected';
    throw error;
  }
}
