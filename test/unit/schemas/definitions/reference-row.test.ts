import { expect, test } from 'vitest';
import { referenceRowSchema } from '../../../../schemas/definitions/reference-row.ts';

const schema = referenceRowSchema({
  kind: 'reference_table',
  name: 'prices',
  primaryKeys: ['shop', 'product'],
  fields: [
    { name: 'shop', type: 'string', required: true },
    { name: 'product', type: 'string', required: true },
    { name: 'note', type: 'string', required: false },
  ],
});

test('a row takes a key of up to 1 KiB of UTF-8 together, and other texts of any length', () => {
  const row = {
    shop: '€'.repeat(340),
    product: 'abcd',
    note: 'x'.repeat(10_000),
    valid_from: '2026-01-01T00:00:00Z',
  };
  expect(schema.safeParse(row).success).toBe(true);
  const issues = schema.safeParse({ ...row, product: 'abcde' }).error?.issues;
  expect(issues).toMatchObject([
    { path: ['shop'], message: 'has 1025 bytes of primary keys; expected at most 1024' },
  ]);
});
