import { expect, test } from 'vitest';
import { users } from '../../../../examples/churn/definitions/users.ts';
import { batchTableSchema } from '../../../../schemas/definitions/batch-table.ts';
import { referenceTableSchema } from '../../../../schemas/definitions/reference-table.ts';
import { queriedTransactions } from '../../../support/definitions/queried-tables.ts';

test.each([
  [
    'an invalid schedule',
    { schedule: 'daily' },
    /'daily' is not a schedule.*'0 0 \* \* \*' for every midnight/,
  ],
  ['a date that does not exist', { schedule: '0 0 31 2 *' }, /'0 0 31 2 \*' is not a schedule/],
  ['a parameter', { sql: 'SELECT $1' }, /no parameters; the logical time is `at` of the relation `moment`/],
  [
    'a column that Asof writes',
    { features: [{ name: 'feature_ts', type: 'bigint' }] },
    /a column that Asof writes itself/,
  ],
  [
    'a feature with the name of a key',
    { features: [{ name: 'user_id', type: 'string' }] },
    /two columns 'user_id'/,
  ],
  ['an unknown type', { features: [{ name: 'n', type: 'integer' }] }, /expected one of "bigint"/],
])('%s is refused in a batch table', (_, overrides, expected) => {
  expect(messages(batchTableSchema, { ...queriedTransactions.definition, ...overrides })).toMatch(expected);
});

const field = { name: 'tier', type: 'string', required: false };

test.each([
  ['a name that batch queries use', { name: 'events' }, /'events' is what batch queries call something else/],
  ['a key that is not a field', { primaryKeys: ['id'] }, /'id' must be a required string field of the table/],
  [
    'an optional key',
    { primaryKeys: ['subscription_tier'] },
    /'subscription_tier' must be a required string/,
  ],
  ['no field beside the keys', { fields: users.definition.fields.slice(0, 1) }, /no field beside the keys/],
  ['a field twice', { fields: [...users.definition.fields, field, field] }, /two fields have the same name/],
  ['valid_from', { fields: [{ ...field, name: 'valid_from' }] }, /a column that every reference table has/],
])('%s is refused in a reference table', (_, overrides, expected) => {
  expect(messages(referenceTableSchema, { ...users.definition, ...overrides })).toMatch(expected);
});

type TableSchema = typeof batchTableSchema | typeof referenceTableSchema;

function messages(schema: TableSchema, definition: unknown): string {
  const issues = schema.safeParse(definition).error?.issues ?? [];
  return issues.map(({ message }) => message).join('\n');
}
