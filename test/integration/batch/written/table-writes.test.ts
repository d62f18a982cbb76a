import { expect, test } from 'vitest';
import { optional, referenceTable, required } from 'asof';
import { writesUpTo } from '../../../../db/batch/written/table-writes.ts';
import { withDeployment } from '../../../support/projects/deployment.ts';

const prices = ['prices', 'taxes', 'unwritten'].map((name) =>
  referenceTable({
    name,
    primaryKeys: ['product'],
    fields: { product: required('string'), price: optional('double') },
  }),
);

test('writes of before their origins were recorded count, and their origin is unknown', async () => {
  await withDeployment(async ({ asof, pool }) => {
    await asof.apply(prices);
    const write = (table: string, price: number) =>
      asof.writeTable(table, [{ product: 'p', price, valid_from: '2026-03-01' }]);
    for (const price of [1, 2]) await write('prices', price);
    await write('taxes', 0.2);
    await pool.query('DELETE FROM asof.table_writes');
    await write('prices', 3);

    const tables = ['taxes', 'prices', 'unwritten'].map((name) => ({
      kind: 'reference_table' as const,
      name,
    }));
    const unknown = { origin: null, sha256: null, rows: null, changed: null, writtenBy: null };
    expect(await writesUpTo(pool, tables, '3')).toMatchObject([
      { table: 'taxes', writes: 1, last: { ...unknown, knownAt: expect.any(String) as string } },
      { table: 'prices', writes: 2, last: unknown },
      { table: 'unwritten', writes: 0, last: null },
    ]);
    expect(await writesUpTo(pool, tables, '4')).toMatchObject([
      { writes: 1, last: unknown },
      { writes: 3, last: { origin: 'rows', rows: 1, changed: 1 } },
      { writes: 0 },
    ]);
  });
});
