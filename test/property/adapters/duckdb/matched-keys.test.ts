import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countMatchedKeys, foundTable } from '../../../../adapters/duckdb/as-of-join.ts';
import { SpineTable } from '../../../../adapters/duckdb/spine-table.ts';
import type { LookupPlan } from '../../../../domain/training/lookup-plan.ts';
import type { SpineColumn } from '../../../../domain/training/spine.ts';
import { forAllSlow } from '../../support/for-all.ts';

const columns: readonly SpineColumn[] = [
  { name: 'at', role: 'timestamp' },
  { name: 'user', role: 'key' },
  { name: 'shop', role: 'key' },
];
const plan: LookupPlan = {
  table: 'windows',
  primaryKeys: ['shop', 'client'],
  lookupKeys: ['shop', 'user'],
  availableAfter: 0n,
  lookback: null,
  features: [],
};

const part = fc.constantFrom('a', 'b', '', ' a');
/** Rows of a spine, and for each whether each of two lookups found a row. */
const rows = fc.array(fc.record({ user: part, shop: part, found: fc.tuple(fc.boolean(), fc.boolean()) }), {
  minLength: 1,
  maxLength: 12,
});

test('a key counts once where any of its rows has a match in any of the lookups', async () => {
  await forAllSlow(fc.tuple(rows, fc.constantFrom([0], [1], [0, 1])), 60, async ([spine, indexes]) => {
    const connection = await (await DuckDBInstance.create()).connect();
    const table = await SpineTable.create(connection, columns);
    table.append(spine.map(({ user, shop }) => [0n, user, shop]));
    table.close();
    for (const index of [0, 1]) {
      const numbers = spine.flatMap(({ found }, n) => (found[index] ? [`(${n})`] : []));
      await connection.run(`CREATE TABLE ${foundTable(index)} (n BIGINT)`);
      if (numbers.length > 0)
        await connection.run(`INSERT INTO ${foundTable(index)} VALUES ${numbers.join(', ')}`);
    }
    const matched = spine.filter(({ found }) => indexes.some((index) => found[index]));
    const expected = new Set(matched.map(({ user, shop }) => JSON.stringify([user, shop]))).size;
    expect(await countMatchedKeys(connection, plan, columns, indexes)).toBe(expected);
    connection.closeSync();
  });
});
