import { expect, test } from 'vitest';
import { readsOnlyRetained } from '../../../../domain/batch/look-back.ts';
import { parseInstant } from '../../../../domain/time/instant.ts';
import { queriedTransactions } from '../../../support/definitions/queried-tables.ts';

const floor = parseInstant('2026-03-01T00:00:00Z')!;
const week = parseInstant('2026-03-08T00:00:00Z')!;

test('without a look-back every event is read, so nothing may have been removed', () => {
  const table = queriedTransactions.definition;
  expect(readsOnlyRetained(table, undefined, floor)).toBe(true);
  expect(readsOnlyRetained(table, floor, 10n * week)).toBe(false);
});

test('with a look-back all events of that time must be there', () => {
  const table = { ...queriedTransactions.definition, lookBack: '7 days' };
  expect(readsOnlyRetained(table, floor, week)).toBe(true);
  expect(readsOnlyRetained(table, floor, week - 1n)).toBe(false);
  expect(readsOnlyRetained(table, undefined, week - 1n)).toBe(true);
});
