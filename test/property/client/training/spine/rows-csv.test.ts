import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvRecords } from '../../../../../adapters/files/csv-records.ts';
import { rowsCsv } from '../../../../../client/training/spine/rows-csv.ts';
import { forAllSlow } from '../../../support/for-all.ts';

const values = fc.oneof(
  fc.constantFrom('', '"', ';', ',', '\t', '\n', '\r\n', '\ufeff', ' x '),
  fc.string({ unit: 'grapheme', maxLength: 5 }),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.bigInt(),
  fc.boolean(),
  fc.constant(null),
  fc.date({ noInvalidDate: true }),
);
const rows = fc
  .uniqueArray(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 4 })
  .filter((names) => !names.includes('__proto__'))
  .chain((names) =>
    fc.record({
      names: fc.constant(names),
      rows: fc.array(fc.tuple(...names.map(() => values)), { minLength: 1, maxLength: 5 }),
    }),
  );

test('rows of a program are read back as the texts of their values', async () => {
  await forAllSlow(rows, 300, async ({ names, rows: given }) => {
    const objects = given.map((row) => Object.fromEntries(names.map((name, at) => [name, row[at]])));
    const columns = Object.keys(objects[0]!);
    const read = [];
    for await (const records of csvRecords(rowsCsv(objects), columns))
      read.push(...records.map(({ fields }) => fields));
    const texts = objects.map((row) =>
      columns.map((name) => {
        const value = row[name];
        return value instanceof Date ? value.toISOString() : String(value ?? '');
      }),
    );
    expect(read).toEqual([columns, ...texts]);
  });
});

test.each([
  ['no row', [], /there is no row/],
  ['another column', [{ a: 1 }, { a: 1, b: 2 }], /row 2 has a column 'b', which the first row lacks/],
  ['a list', [{ a: [1] }], /row 1: the value of 'a' is no text.*but a list/],
  ['NaN', [{ a: NaN }], /but NaN/],
  ['an invalid time', [{ a: new Date(NaN) }], /but an invalid Date/],
])('rows with %s are refused', async (_, given, message) => {
  const read = async (): Promise<void> => {
    for await (const _bytes of rowsCsv(given as { a: number }[]));
  };
  await expect(read()).rejects.toMatchObject({
    code: 'ASOF_SPINE_INVALID',
    message: expect.stringMatching(message) as string,
  });
});
