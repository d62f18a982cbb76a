import { expect, test } from 'vitest';
import { transactionFeatures } from '../../../../examples/churn/definitions/transaction-features.ts';
import { users } from '../../../../examples/churn/definitions/users.ts';
import { batchTableSchema } from '../../../../schemas/definitions/batch-table.ts';
import { referenceRowSchema } from '../../../../schemas/definitions/reference-row.ts';
import { referenceTableSchema } from '../../../../schemas/definitions/reference-table.ts';

const messages = (schema: typeof batchTableSchema | typeof referenceTableSchema, definition: unknown) =>
  schema
    .safeParse(definition)
    .error?.issues.map(({ message }) => message)
    .join('\n') ?? '';

test.each([
  [
    'a schedule that is none',
    { schedule: 'daily' },
    /'daily' is not a schedule.*'0 0 \* \* \*' for every midnight/,
  ],
  ['a day that never comes', { schedule: '0 0 31 2 *' }, /'0 0 31 2 \*' is not a schedule/],
  ['a parameter', { sql: 'SELECT $1' }, /no parameters; the logical time is `at` of the relation `moment`/],
  [
    'a column of ours',
    { features: [{ name: 'feature_ts', type: 'bigint' }] },
    /a column that Asof writes itself/,
  ],
  ['a feature named as a key', { features: [{ name: 'user_id', type: 'string' }] }, /two columns 'user_id'/],
  ['a type that is none', { features: [{ name: 'n', type: 'integer' }] }, /expected one of "bigint"/],
])('%s is refused in a batch table', (_, overrides, expected) => {
  expect(messages(batchTableSchema, { ...transactionFeatures.definition, ...overrides })).toMatch(expected);
});

const field = { name: 'tier', type: 'string', required: false };

test.each([
  ['a name that queries use', { name: 'events' }, /'events' is what batch queries call something else/],
  ['a key that is no field', { primaryKeys: ['id'] }, /'id' must be a required string field of the table/],
  [
    'an optional key',
    { primaryKeys: ['subscription_tier'] },
    /'subscription_tier' must be a required string/,
  ],
  ['keys alone', { fields: users.definition.fields.slice(0, 1) }, /no field beside the keys/],
  ['a field twice', { fields: [...users.definition.fields, field, field] }, /two fields have the same name/],
  ['valid_from', { fields: [{ ...field, name: 'valid_from' }] }, /a column that every reference table has/],
])('%s is refused in a reference table', (_, overrides, expected) => {
  expect(messages(referenceTableSchema, { ...users.definition, ...overrides })).toMatch(expected);
});

test('a reference row gets its moments as instants, and nulls for what is missing', () => {
  const row = { user_id: 'a', valid_from: '1970-01-01T01:00:00.0000019+01:00' };
  const parsed = referenceRowSchema(users.definition).parse(row);
  expect(parsed).toEqual({ user_id: 'a', signed_up_at: null, subscription_tier: null, valid_from: 1n });
});

test.each([
  { user_id: 'a\0' },
  { user_id: '\ud800' },
  { user_id: 1 },
  { signed_up_at: '' },
  { valid_from: null },
])('a row with %j is refused', (overrides) => {
  const row = { user_id: 'a', valid_from: '2026-01-01T00:00:00Z', ...overrides };
  expect(referenceRowSchema(users.definition).safeParse(row).success).toBe(false);
});
