import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type KeyDifference,
  keyDifference,
  plainerKeys,
} from '../../../../domain/training/key-differences.ts';
import { forAll } from '../../support/for-all.ts';

const digits = fc.integer({ min: 1, max: 999_999_999 }).map(String);
const words = fc.stringMatching(/^[a-z]{1,4}_[1-9][0-9]{0,4}$/);

/** Each kind of fault as people make it: how a key of a table becomes that of a spine. */
const faults: Record<
  Exclude<KeyDifference, 'several'>,
  fc.Arbitrary<readonly [table: string, spine: string]>
> = {
  blanks: fc
    .tuple(fc.oneof(digits, words), fc.constantFrom(' ', '\t', '\r', '\u00a0', '  '), fc.boolean())
    .map(([key, blank, before]) => [key, before ? blank + key : key + blank]),
  decimal_point: fc.tuple(digits, fc.constantFrom('.0', '.00')).map(([key, point]) => [key, key + point]),
  leading_zeros: fc.tuple(digits, fc.constantFrom('0', '000')).map(([key, zeros]) => [key, zeros + key]),
  case: words.map((key) => [key, key.toUpperCase()]),
  number_form: fc
    .integer({ min: 1, max: 99_999_999 })
    .map((number) => [String(number), number.toExponential()] as const),
};

test('each kind of fault is told by its name, from either side', () => {
  for (const [kind, pairs] of Object.entries(faults))
    forAll(pairs, ([table, spine]) => {
      expect(keyDifference([spine], [table])).toBe(kind);
      expect(keyDifference([table, 'x'], [spine, 'x'])).toBe(kind);
      expect(plainerKeys([spine]).flat()).toContain(table);
    });
});

test('two faults at once are told as several, and other keys have nothing to do with each other', () => {
  forAll(fc.tuple(words, faults.blanks), ([word]) => {
    expect(keyDifference([` ${word.toUpperCase()}`], [word])).toBe('several');
    expect(keyDifference([word], [word])).toBeUndefined();
    expect(keyDifference([`${word}x`], [word])).toBeUndefined();
  });
  forAll(fc.uniqueArray(digits, { minLength: 2, maxLength: 2 }), ([one, other]) => {
    expect(keyDifference([one!], [other!])).toBeUndefined();
  });
});
