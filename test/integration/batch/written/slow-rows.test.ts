import { expect, test } from 'vitest';
import { optional, referenceTable, required } from 'asof';
import type { Pool } from '../../../../db/sql/client.ts';
import { withDeployment } from '../../../support/projects/deployment.ts';

const prices = referenceTable({
  name: 'prices',
  primaryKeys: ['product'],
  fields: { product: required('string'), price: optional('double') },
});
/** More rows than are sent at once. */
const ROWS = 2_500;

test('a producer that takes its time holds no transaction open, and no COPY', async () => {
  await withDeployment(async ({ asof, pool }) => {
    await asof.apply([prices]);
    const open: number[] = [];
    const slowly = async function* (): AsyncGenerator<object> {
      for (let row = 0; row < ROWS; row += 1) {
        if (row % 500 === 0) open.push(await openTransactions(pool));
        yield { product: `p${row}`, price: row, valid_from: '2026-03-01T00:00:00Z' };
      }
      open.push(await openTransactions(pool));
    };
    expect(await asof.writeTable('prices', slowly())).toMatchObject({ rows: ROWS, changed: ROWS });
    expect(open).toEqual([0, 0, 0, 0, 0, 0]);
  });
});

/** The transactions of other clients in this test's own database. */
async function openTransactions(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ open: number }>(`
    SELECT count(*)::int AS open FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
      AND xact_start IS NOT NULL`);
  return rows[0]!.open;
}
