import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rowReader } from '../../../../../domain/batch/read-row.ts';
import { writtenTable } from '../../../../../domain/batch/written-table.ts';
import { doubleJson, isNoName } from '../../../../../domain/log/json/double-json.ts';
import { forAll } from '../../../support/for-all.ts';

const read = rowReader(
  writtenTable({
    kind: 'external_table',
    name: 'scores',
    primaryKeys: ['customer'],
    timestamp: { column: 'at' },
    availableAfter: '0 seconds',
    features: [{ name: 'score', type: 'double' }],
  }),
  false,
);

const doubles = fc.oneof(
  fc.double(),
  fc.maxSafeInteger(),
  fc.integer({ min: 53, max: 1_023 }).map((power) => 2 ** power),
  fc.constantFrom(NaN, Infinity, -Infinity, -0, 2 ** 53, -(2 ** 53), 2 ** 53 - 1, 1e15, 1e16, 1e21),
);

test('a double is a key by its digits or not at all, and a number where it is one', () => {
  forAll(doubles, (value) => {
    const json = doubleJson(value);
    const asKey = read(Buffer.from(`{"customer":${json},"at":"2026-06-01"}`));
    const isKey = Number.isSafeInteger(value);
    expect('problems' in asKey ? undefined : asKey[0]).toBe(isKey ? String(BigInt(value)) : undefined);
    if (isNoName(value)) expect(isKey).toBe(false);
    const asNumber = read(Buffer.from(`{"customer":"c","at":"2026-06-01","score":${json}}`));
    const fits = Math.abs(value) <= 1e15;
    expect('problems' in asNumber ? undefined : asNumber[1]).toBe(fits ? value + 0 : undefined);
    if (Number.isFinite(value)) expect(Number(json)).toBe(value + 0);
  });
});
