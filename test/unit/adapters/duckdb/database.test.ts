import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inLittleMemory, withDuckDb } from '../../../../adapters/duckdb/database.ts';
import type { AsofError } from '../../../../domain/errors/asof-error.ts';

const SECRET = 'secret-of-a-row';

test('an error of DuckDB is named, short, and repeats no data', async () => {
  const text = `'${SECRET}' || repeat('x', 3000)`;
  for (const statement of [
    `SELECT (${text})::BIGINT`,
    `SELECT CAST('${SECRET}' AS TIMESTAMP)`,
    `SELECT "${SECRET}" FROM range(3)`,
  ]) {
    const error = await failureOf(statement);
    expect(error).toMatchObject({ code: expect.stringMatching(/^ASOF_JOIN_/) as string });
    expect(error.message.length).toBeLessThan(600);
    expect(error.message, statement).not.toContain(SECRET);
    expect(error.cause).toBeUndefined();
  }
});

test('an error that another attempt may not meet is told from one that it meets again', async () => {
  const again = await failureOf("SELECT * FROM read_csv('/no/such/file.csv', auto_detect = false, columns = {'a': 'BIGINT'})"); // prettier-ignore
  expect(again).toMatchObject({ code: 'ASOF_JOIN_INTERRUPTED', kind: 'unavailable' });
  const never = await failureOf("SELECT 'x'::BIGINT");
  expect(never).toMatchObject({ code: 'ASOF_JOIN_REFUSED', kind: 'input' });
});

test('a statement that cannot do with little memory gets all that there is, and others the usual limit again', async () => {
  await withFolder((folder) =>
    withDuckDb(folder, async (connection) => {
      const limit = async (): Promise<unknown> =>
        (await connection.runAndReadAll("SELECT current_setting('memory_limit')")).getRows()[0]![0];
      const usual = await limit();
      const file = join(folder, 'one.csv');
      await writeFile(file, '7\n');
      const longText = `CREATE TABLE t AS FROM read_csv('${file}', auto_detect = false, parallel = false, header = false,
        columns = {'one': 'BIGINT'}, buffer_size = 500000000, max_line_size = 500000000)`;
      await connection.run("SET memory_limit = '400MB'");
      await expect(connection.run(longText)).rejects.toThrow('Out of Memory');
      await inLittleMemory(connection, longText);
      const read = await connection.runAndReadAll('FROM t');
      expect(read.getRows()).toEqual([[7n]]);
      expect(await limit()).toBe(usual);
      await expect(inLittleMemory(connection, 'SELECT no_such_function()')).rejects.toThrow(
        'no_such_function',
      );
      expect(await limit()).toBe(usual);
    }),
  );
});

test('another connection sees the same tables, so that statements run side by side', async () => {
  await withFolder((folder) =>
    withDuckDb(folder, async (connection, another) => {
      await connection.run('CREATE TABLE seen AS SELECT 1 AS one');
      const other = await another();
      const [read] = await Promise.all([other.runAndReadAll('FROM seen'), connection.run('SELECT 2')]);
      expect(read.getRows()).toEqual([[1]]);
    }),
  );
});

async function failureOf(statement: string): Promise<AsofError> {
  return withFolder((folder) =>
    withDuckDb(folder, async (connection) => {
      await connection.runAndReadAll(statement);
      throw new Error('the statement ran');
    }).catch((error: unknown) => error as AsofError),
  );
}

async function withFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'asof-duckdb-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}
