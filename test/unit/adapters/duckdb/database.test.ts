import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withDuckDb } from '../../../../adapters/duckdb/database.ts';
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

async function failureOf(statement: string): Promise<AsofError> {
  const folder = await mkdtemp(join(tmpdir(), 'asof-duckdb-'));
  try {
    return await withDuckDb(folder, async (connection) => {
      await connection.runAndReadAll(statement);
      throw new Error('the statement ran');
    }).catch((error: unknown) => error as AsofError);
  } finally {
    await rm(folder, { recursive: true });
  }
}
