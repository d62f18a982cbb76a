import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseJsonPath } from '../../../../schemas/values/json-path.ts';
import { forAll } from '../../support/for-all.ts';

const names = fc.oneof(
  fc.constantFrom('user', '@timestamp', 'a-b', 'ü', '0', ' '),
  fc.stringMatching(/^[^.[\]]{1,5}$/),
);
const steps = fc.array(fc.oneof(names, fc.nat(99)), { minLength: 1, maxLength: 5 });

/** The path as a definition writes it. */
function written(path: readonly (string | number)[]): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    return text === '' ? step : `${text}.${step}`;
  }, '');
}

test('a path is read as it is written', () => {
  forAll(steps, (path) => {
    expect(parseJsonPath(written(path))).toEqual(path);
  });
});

test.each(['', '.', '.a', 'a.', 'a..b', 'a[', 'a[]', 'a[x]', 'a[-1]', 'a]', 'a[0]b', '[0]]'])(
  '%j is no path',
  (text) => {
    expect(parseJsonPath(text)).toBeUndefined();
  },
);
