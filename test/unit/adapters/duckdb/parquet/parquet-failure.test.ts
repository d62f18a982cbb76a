import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parquetFailure } from '../../../../../adapters/duckdb/parquet/parquet-failure.ts';
import { readParquetTable } from '../../../../../adapters/duckdb/parquet/read-table.ts';
import { TableFault } from '../../../../../adapters/files/table-fault.ts';

let folder: string;
let good: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'asof-parquet-failure-'));
  good = join(folder, 'good.parquet');
  await run(
    `COPY (SELECT md5(n::VARCHAR) || repeat('secret', 99) AS text FROM range(20000) AS rows (n))
     TO '${good}' (FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE 20000)`,
  );
});
afterAll(() => rm(folder, { recursive: true }));

test.each([
  ['no Parquet', () => Buffer.from('PAR1 and then nothing')],
  ['nothing', () => Buffer.alloc(0)],
  ['the beginning of one', (file: Buffer) => file.subarray(0, file.length >> 1)],
  ['one without some bytes', (file: Buffer) => Buffer.concat([file.subarray(0, 999), file.subarray(1_099)])],
  ['one with other bytes', (file: Buffer) => Buffer.from(file).fill(0xff, 200, 4_000)],
])('a file that holds %s is damaged, or no Parquet', async (_, damage) => {
  const path = join(folder, 'bad.parquet');
  await writeFile(path, damage(await readFile(good)));
  const fault: unknown = await readAll(path).catch((error: unknown) => error);
  expect(fault).toEqual(new TableFault('it is not a Parquet file, or it is damaged'));
});

test('a row group that does not fit into memory is no damage, and the fault says what to do', async () => {
  const error: unknown = await run(`SELECT * FROM read_parquet('${good}')`, '1MB').catch(
    (reason: unknown) => reason,
  );
  expect(String(error)).toContain('Out of Memory');
  expect(parquetFailure(error, good)).toEqual(
    new TableFault(
      'one of its row groups takes more than the 512MB of memory in which it is read; write the file again with smaller row groups',
    ),
  );
});

test('a file that is gone is unreadable, and what is no error of DuckDB stays as it is', async () => {
  await expect(readAll(join(folder, 'gone.parquet'))).rejects.toMatchObject({ code: 'ASOF_FILE_UNREADABLE' });
  const other = new Error('the reader stopped');
  expect(parquetFailure(other, good)).toBe(other);
});

async function readAll(path: string): Promise<number> {
  let rows = 0;
  for await (const part of readParquetTable(path)) rows += part.rows.length;
  return rows;
}

async function run(statement: string, memory = '512MB'): Promise<void> {
  const connection = await (await DuckDBInstance.create(':memory:', { memory_limit: memory })).connect();
  try {
    await connection.runAndReadAll(statement);
  } finally {
    connection.closeSync();
  }
}
