import { expect, test } from 'vitest';
import { givenSpine } from '../../../../cli/training/given-spine.ts';

test.each([
  [{ spine: 'labels.csv' }, 'labels.csv'],
  [{ spineQuery: 'SELECT 1' }, { query: 'SELECT 1' }],
  [
    { entitiesOf: 'users', at: '2026-03-01' },
    { entitiesOf: 'users', at: '2026-03-01' },
  ],
  [
    { entitiesOf: 'users', from: '2026-03-01', to: '2026-04-01', every: '1 day' },
    { entitiesOf: 'users', from: '2026-03-01', to: '2026-04-01', every: '1 day' },
  ],
])('%j is a spine', (options, spine) => {
  expect(givenSpine(options)).toEqual({ spine });
});

test.each([
  [{}, /^give one of '--spine <file>'/],
  [{ spine: 'labels.csv', entitiesOf: 'users' }, /^give one of/],
  [{ spine: 'labels.csv', at: '2026-03-01' }, /belong to '--entities-of/],
  [{ entitiesOf: 'users' }, /needs '--at <time>'/],
  [{ entitiesOf: 'users', at: '2026-03-01', every: '1 day' }, /needs '--at <time>'/],
  [{ entitiesOf: 'users', from: '2026-03-01', every: '1 day' }, /needs '--at <time>'/],
])('%j is none', (options, problem) => {
  expect(givenSpine(options)).toEqual({ problem: expect.stringMatching(problem) as string });
});
