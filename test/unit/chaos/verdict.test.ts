import { expect, test } from 'vitest';
import { verdictOn } from '../../chaos/verdict.ts';

const run = { holds: 'all is well' };
const planted = { ...run, plant: 'lost-update' };
const differs = { round: 1, differs: true, found: ['raw 3: expected 0/3, found none'] };
const brokeOff = { round: 1, differs: false, found: ['waited 60 s for the records'] };

test('a run without a planted bug passes only if no round fails', () => {
  expect(verdictOn(run)).toEqual({ passed: true, text: 'all is well' });
  expect(verdictOn({ ...run, failure: differs }).passed).toBe(false);
  expect(verdictOn({ ...run, failure: brokeOff }).passed).toBe(false);
});

test('a planted bug that makes a difference is caught', () => {
  expect(verdictOn({ ...planted, failure: differs })).toEqual({
    passed: true,
    text: "the planted bug 'lost-update' was caught",
  });
});

test('a planted bug that makes no difference fails the run, and the verdict says so', () => {
  const { passed, text } = verdictOn(planted);
  expect(passed).toBe(false);
  expect(text).toMatch(/'lost-update' was not caught: nothing differs/);
});

test('a round that broke off does not catch a planted bug', () => {
  const { passed, text } = verdictOn({ ...planted, failure: brokeOff });
  expect(passed).toBe(false);
  expect(text).toMatch(/not caught: the round broke off/);
});
