import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nearestName } from '../../../../domain/errors/nearest-name.ts';
import { forAll } from '../../support/for-all.ts';

/** The least number of insertions, deletions and replacements, tried one after the other. */
function edits(a: string, b: string): number {
  if (a === '' || b === '') return a.length + b.length;
  if (a[0] === b[0]) return edits(a.slice(1), b.slice(1));
  return 1 + Math.min(edits(a.slice(1), b), edits(a, b.slice(1)), edits(a.slice(1), b.slice(1)));
}

const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 6 });

test('the nearest name is the first of the fewest edits, at most one for three characters', () => {
  forAll(fc.tuple(word, fc.array(word, { maxLength: 5 })), ([text, names]) => {
    const near = names.filter((name) => edits(text, name) <= Math.ceil(name.length / 3));
    const fewest = Math.min(...near.map((name) => edits(text, name)));
    expect(nearestName(text, names)).toBe(near.find((name) => edits(text, name) === fewest));
  });
});

test('case makes no difference, and very long texts have no nearest name', () => {
  expect(nearestName('LOOKBACK', ['lookBack', 'lookups'])).toBe('lookBack');
  expect(nearestName('a'.repeat(61), ['a'.repeat(60)])).toBeUndefined();
  expect(nearestName('a', ['a'.repeat(61)])).toBeUndefined();
});
