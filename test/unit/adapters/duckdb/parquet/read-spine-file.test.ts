import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { expect, test } from 'vitest';
import { readSpineFile } from '../../../../../adapters/duckdb/parquet/read-spine-file.ts';
import type { TrainingSetDefinition } from '../../../../../domain/registry/definition.ts';
import type { SpineRow } from '../../../../../domain/training/spine.ts';

const definition: TrainingSetDefinition = {
  kind: 'training_set',
  name: 'churn',
  spine: { keys: ['user_id'], timestamp: 'at', label: 'churned', split: null },
  lookups: [],
};

test('a Parquet spine has the texts that a CSV file would have', async () => {
  const rows = await readParquetSpine(`
    SELECT 9007199254740993::BIGINT AS user_id, TIMESTAMP '2026-06-01 09:00:00.5' AS at, true AS churned, 0.1::DECIMAL(3, 2) AS note
    UNION ALL SELECT 518237, TIMESTAMP '1969-12-31 23:59:59', false, NULL`);
  expect(rows).toEqual([
    ['9007199254740993', 1_780_304_400_500_000n, 1, '0.10'],
    ['518237', -1_000_000n, 0, ''],
  ]);
});

test('a whole double is a key without a decimal point', async () => {
  const rows = await readParquetSpine(
    "SELECT 518237.0::DOUBLE AS user_id, DATE '2026-06-01' AS at, 1 AS churned",
  );
  expect(rows).toEqual([['518237', 1_780_272_000_000_000n, 1]]);
});

test('an index that pandas wrote is left out, and the name of the file may end otherwise', async () => {
  const select = "SELECT 'u' AS user_id, DATE '2026-06-01' AS at, 1 AS churned, 7 AS __index_level_0__";
  for (const name of ['LABELS.PARQUET', 'labels.pq', 'labels.csv'])
    expect(await readParquetSpine(select, name), name).toEqual([['u', 1_780_272_000_000_000n, 1]]);
});

test.each([
  [
    "SELECT 'u' AS user_id, now() AS at, 1 AS churned, {'secret': 1} AS extra",
    /column 4 is of the Parquet type STRUCT/,
  ],
  ['SELECT NULL::VARCHAR AS user_id, now() AS at, 1 AS churned', /row 1: user_id is empty/],
  [
    "SELECT unnest(['1', 'NaN', '9007199254740992'])::DOUBLE AS user_id, now() AS at, 1 AS churned, 'NaN'::DOUBLE AS extra",
    /row 2: user_id is NaN, infinite or a double beyond .*\n✖ row 3: user_id is NaN/,
  ],
  ["SELECT 'u' AS user_id, now() AS at", /there is no label column 'churned'/],
])('what is wrong with a Parquet spine is said without its contents', async (select, message) => {
  await expect(readParquetSpine(select)).rejects.toMatchObject({
    code: 'ASOF_SPINE_INVALID',
    message: expect.stringMatching(message) as string,
  });
  await expect(readParquetSpine(select)).rejects.not.toThrow(/secret/);
});

test('a file that is no Parquet is refused', async () => {
  await withFolder(async (folder) => {
    await writeFile(join(folder, 'given.parquet'), 'PASSWORD=hunter2');
    await expect(read(folder)).rejects.toMatchObject({
      code: 'ASOF_SPINE_INVALID',
      message: expect.not.stringContaining('hunter') as string,
    });
  });
});

function readParquetSpine(select: string, name = 'given.parquet'): Promise<SpineRow[]> {
  return withFolder(async (folder) => {
    const connection = await (await DuckDBInstance.create()).connect();
    await connection.run(`COPY (${select}) TO '${join(folder, name)}' (FORMAT parquet)`);
    connection.closeSync();
    return read(folder, name);
  });
}

async function read(folder: string, name = 'given.parquet'): Promise<SpineRow[]> {
  const rows: SpineRow[] = [];
  const parts = readSpineFile(join(folder, name), definition, { scratch: folder });
  for await (const part of parts) rows.push(...part.rows);
  return rows;
}

async function withFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'asof-parquet-')));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}
