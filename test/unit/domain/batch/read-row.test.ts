import { expect, test } from 'vitest';
import { rowReader } from '../../../../domain/batch/read-row.ts';
import { writtenTable } from '../../../../domain/batch/written-table.ts';

const read = rowReader(
  writtenTable({
    kind: 'reference_table',
    name: 'prices',
    primaryKeys: ['shop', 'product'],
    fields: [
      { name: 'shop', type: 'string', required: true },
      { name: 'product', type: 'string', required: true },
      { name: 'note', type: 'string', required: false },
    ],
  }),
  false,
);
const price = {
  shop: '€'.repeat(340),
  product: 'abcd',
  note: 'x'.repeat(10_000),
  valid_from: '1970-01-01T01:00:00.0000019+01:00',
};
const readJson = (row: object) => read(Buffer.from(JSON.stringify(row)));

test('a row takes a key of up to 1 KiB of UTF-8 together, and other texts of any length', () => {
  expect(readJson(price)).toEqual([price.shop, price.product, price.note, 1n]);
  expect(readJson({ ...price, product: 'abcde' })).toEqual({
    problems: ['the primary key shop + product has 1025 bytes of UTF-8; expected at most 1024'],
  });
});

test('a member that is missing is null', () => {
  expect(readJson({ ...price, note: undefined })).toEqual([price.shop, price.product, null, 1n]);
});
