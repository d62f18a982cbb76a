import { writeTable } from '../../../client/batch/write-table.ts';
import type { Pool } from '../../../db/sql/client.ts';
import { simulatedProducts, simulatedUsers } from '../../../simulator/index.ts';

/** Writes what the simulated shop knows of its users and products. */
export async function writeReferenceTables(
  pool: Pool,
  options: { seed: number; until: string },
): Promise<void> {
  const given = (rows: readonly object[]) => rows.map((row, index) => ({ place: `row ${index + 1}`, row }));
  await writeTable(pool, 'users', given(simulatedUsers(options)));
  await writeTable(pool, 'products', given(simulatedProducts(options)));
}
