import fc from 'fast-check';
import { expect, test } from 'vitest';
import { boundedJson } from '../../../../domain/errors/bounded-json.ts';
import { quoted } from '../../../../domain/errors/quoted.ts';
import { shortened, shortenedToBytes } from '../../../../domain/errors/shortened.ts';
import { forAll } from '../../support/for-all.ts';

const texts = fc
  .array(fc.constantFrom('x', 'é', '語', '😀', '\ud83d', '\ude00', '"', '\n', '\0'), { maxLength: 300 })
  .map((units) => units.join(''));
/** The longest that says how much is left out. */
const MOST_OF_ENDING = 40;

test('a text is cut between characters, and says how much is left out', () => {
  forAll(fc.tuple(texts, fc.nat(300)), ([text, most]) => {
    const cut = shortened(text, most);
    expect(cut.isWellFormed()).toBe(true);
    if (text.length <= most) {
      expect(cut).toBe(text.toWellFormed());
      return;
    }
    const [, kept, left] = /^([^]*)… \((\d+) characters more\)$/.exec(cut)!;
    expect(kept!.length).toBeLessThanOrEqual(most);
    expect(kept!.length + Number(left)).toBe(text.length);
    if (text.isWellFormed()) expect(text.startsWith(kept!)).toBe(true);
  });
});

test('a text has at most so many bytes, and as many as have room', () => {
  forAll(fc.tuple(texts, fc.integer({ min: MOST_OF_ENDING, max: 900 })), ([text, most]) => {
    const cut = shortenedToBytes(text, most);
    const bytes = Buffer.byteLength(cut);
    expect(cut.isWellFormed()).toBe(true);
    expect(bytes).toBeLessThanOrEqual(most);
    if (Buffer.byteLength(text) <= most) expect(cut).toBe(text.toWellFormed());
    else expect(bytes).toBeGreaterThan(most - MOST_OF_ENDING);
  });
});

test('a value as JSON has at most so many bytes, and is the same if it is short', () => {
  const short = fc.jsonValue({ maxDepth: 2, stringUnit: 'grapheme' });
  const anything = fc.oneof(
    short,
    fc.object({ maxKeys: 50, maxDepth: 6, withBigInt: true }),
    fc.array(texts),
  );
  forAll(fc.tuple(anything, fc.integer({ min: 20, max: 2_000 })), ([value, most]) => {
    const copy = boundedJson(value, most);
    expect(Buffer.byteLength(JSON.stringify(copy))).toBeLessThanOrEqual(most);
  });
  forAll(short, (value) => {
    const json = JSON.stringify(value);
    // Shorter than any list or text that is cut.
    if (json.length < 40) expect(JSON.stringify(boundedJson(value, 1_000))).toBe(json);
  });
});

test('a value in a message is short, whatever it is', () => {
  forAll(
    fc.oneof(texts, fc.constant('x'.repeat(100_000)), fc.double(), fc.constantFrom(null, undefined, {})),
    (value) => {
      expect(quoted(value).length).toBeLessThan(100 + MOST_OF_ENDING);
    },
  );
});
