import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { refuseInfinite } from '../../../../../activities/training/model/refuse-infinite.ts';
import { withDuckDb } from '../../../../../adapters/duckdb/database.ts';
import type { FeatureSpecification } from '../../../../../domain/training/feature-specification.ts';

const specification: FeatureSpecification = {
  trainingSet: 'churn',
  keys: ['user_id'],
  lookups: [
    {
      table: 'orders',
      features: [{ feature: 'mean_price', as: 'price', default: null }],
      lookupKeys: ['user_id'],
      lookback: null,
    },
  ],
  inputs: [
    { name: 'price', type: 'double' },
    { name: 'ratio', type: 'double' },
    { name: 'tier', type: 'string' },
  ],
};

test('numbers that are infinite, or too large for a model, are named by table, feature and row', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'asof-test-infinite-'));
  const write = async (name: string, rows: string) => {
    const path = join(folder, name);
    await withDuckDb(folder, (connection) =>
      connection.run(`COPY (SELECT * FROM (VALUES ${rows}) AS t (price, ratio, tier)) TO '${path}'`),
    );
    return refuseInfinite(path, folder, specification);
  };
  await write('fine.parquet', "(1.0::DOUBLE, NULL::DOUBLE, 'a'), (NULL, 'nan', NULL), (3e38, -1, 'inf')");
  await expect(
    write('wrong.parquet', "(1.0::DOUBLE, 1::DOUBLE, 'a'), ('inf', 2, 'b'), ('-inf', 1e39, 'c')"),
  ).rejects.toMatchObject({
    code: 'ASOF_TRAINING_VALUE_INFINITE',
    message: expect.stringMatching(
      /'mean_price' of table 'orders' in 2 rows, first in row 2 \(see its user_id\); the request feature 'ratio' in 1 rows, first in row 3/,
    ) as string,
  });
  await rm(folder, { recursive: true });
});
