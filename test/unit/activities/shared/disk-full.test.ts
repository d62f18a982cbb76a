import { writeFile } from 'node:fs/promises';
import { DuckDBInstance } from '@duckdb/node-api';
import { expect, test } from 'vitest';
import { diskFull } from '../../../../activities/shared/disk-full.ts';

/** A device that is always full. */
const FULL = '/dev/full';

test.each([
  ['a file', () => writeFile(FULL, 'rows')],
  ['DuckDB', writeWithDuckDb],
  ['Postgres', () => Promise.reject(Object.assign(new Error('could not write'), { code: '53100' }))],
  ['the cause of another error', () => writeFile(FULL, 'rows').catch(wrapped)],
])('a full disk is named where %s meets it', async (_where, write) => {
  const error = diskFull(await write().catch((thrown: unknown) => thrown));
  expect(error).toMatchObject({ code: 'ASOF_DISK_FULL', kind: 'unavailable' });
  expect(error!.message).toMatch(/is full: .*Make room there/s);
});

test('other errors are not taken for a full disk', () => {
  for (const other of [new Error('ENOENT: no such file'), 'ENOSPC', undefined])
    expect(diskFull(other)).toBeUndefined();
});

async function writeWithDuckDb(): Promise<void> {
  const connection = await (await DuckDBInstance.create()).connect();
  try {
    await connection.run(`COPY (SELECT * FROM range(1000000)) TO '${FULL}' (FORMAT csv)`);
  } finally {
    connection.closeSync();
  }
}

function wrapped(cause: unknown): never {
  throw new Error('not written', { cause });
}
