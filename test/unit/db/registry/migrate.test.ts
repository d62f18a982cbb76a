import { expect, test } from 'vitest';
import { migrationNames } from '../../../../db/registry/migrate.ts';

test('no two migrations have the same number', async () => {
  const numbers = (await migrationNames()).map((name) => name.slice(0, 6));
  expect(numbers.length).toBeGreaterThan(10);
  expect(numbers.filter((number, at) => numbers.indexOf(number) !== at)).toEqual([]);
});
