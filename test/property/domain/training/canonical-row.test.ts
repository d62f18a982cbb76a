import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type CanonicalValue, canonicalRow } from '../../../../domain/training/canonical-row.ts';
import { forAll } from '../../support/for-all.ts';

const values: fc.Arbitrary<CanonicalValue> = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constant(-0),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.boolean(),
  fc.constant(null),
);

test('a row is one line of JSON that reads back as its values', () => {
  forAll(fc.array(values), (row) => {
    const line = canonicalRow(row);
    expect(line.endsWith('\n')).toBe(true);
    expect(line.slice(0, -1)).not.toContain('\n');
    // -0 + 0 is 0; a bigint reads back as the double nearest to it.
    const expected = row.map((value) => (typeof value === 'bigint' ? Number(value) : asZero(value)));
    expect(JSON.parse(line)).toEqual(expected);
  });
});

test('bigints have every digit, doubles are shortest, −0 is 0, NaN and the infinities are strings', () => {
  expect(canonicalRow([2n ** 63n - 1n, 0.1 + 0.2, 1, 1e21, 5e-324, -0, NaN, -Infinity, null, 'é"\n'])).toBe(
    '[9223372036854775807,0.30000000000000004,1,1e+21,5e-324,0,"NaN","-Infinity",null,"é\\"\\n"]\n',
  );
  expect(canonicalRow([true, false, 'true', 1])).toBe('[true,false,"true",1]\n');
});

function asZero(value: Exclude<CanonicalValue, bigint>): Exclude<CanonicalValue, bigint> {
  return typeof value === 'number' ? value + 0 : value;
}
