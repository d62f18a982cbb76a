import { expect, test } from 'vitest';
import { formatInstant } from '../../../../domain/time/instant.ts';
import { momentsOf } from '../../../../domain/training/made-spine.ts';

test('a grid begins at its first moment, and ends before the step that would pass its last', () => {
  const grid = { entitiesOf: 'users', from: '2026-03-01', to: '2026-03-02T11:00:00Z', every: '12 hours' };
  expect(momentsOf(grid).map((moment) => formatInstant(moment).slice(0, 13))).toEqual([
    '2026-03-01T00',
    '2026-03-01T12',
    '2026-03-02T00',
  ]);
  expect(momentsOf({ entitiesOf: 'users', at: '2026-03-01' })).toEqual(momentsOf({ ...grid, to: grid.from }));
});

test.each([
  ['a last moment before the first', { to: '2026-02-28', every: '1 day' }, /has 0 moments/],
  ['too many', { to: '2027-03-01', every: '1 second' }, /has 31536001 moments; expected 1 to 100000/],
])('a grid with %s is refused', (_what, change, message) => {
  const grid = { entitiesOf: 'users', from: '2026-03-01', ...change };
  expect(() => momentsOf(grid)).toThrow(message);
});
