import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type DuckDb, withDuckDb } from '../../../../adapters/duckdb/database.ts';
import { literal } from '../../../../adapters/duckdb/sql-text.ts';
import { readParquet } from '../../../../adapters/duckdb/training-set-file.ts';
import type { CanonicalValue } from '../../../../domain/training/canonical-row.ts';
import { forAllSlow } from '../../support/for-all.ts';

const schema = [
  { name: 'user_id', type: 'string' },
  { name: 'x', type: 'bigint' },
] as const;

const parts = fc.constantFrom('a', 'b', 'user_id=7', 'x=1', '*', '**', '?', '[', ']', '[a-b]', '!', '{a,b}', "'", '"', '\\', ' ', '\n', '%20', '~', 'ü', '$', ';', '--', '.'); // prettier-ignore
const names = fc
  .array(parts, { minLength: 1, maxLength: 5 })
  .map((all) => all.join(''))
  .filter((name) => !/^\.+$/.test(name));

test('a file is read by its name alone, whatever its path looks like', async () => {
  const root = await mkdtemp(join(tmpdir(), 'asof-paths-'));
  await withDuckDb(root, async (connection) => {
    let count = 0;
    await forAllSlow(fc.tuple(names, names), 60, async ([folder, name]) => {
      const own = join(root, `${(count += 1)}`, folder);
      await write(connection, own, name, 'u_1');
      // What a pattern or a list would find too.
      await write(connection, join(root, `${count}`, 'a'), `${name}a`, 'u_2');
      await write(connection, own, 'a', name === 'a' ? 'u_1' : 'u_3');
      const read = rowsOf(connection, join(own, name));
      if (/[*?[]/.test(folder + name) && (folder + name).includes('\\'))
        await expect(read).rejects.toMatchObject({ code: 'ASOF_PATH_UNSUPPORTED' });
      else expect(await read).toEqual([['u_1', 5n]]);
    });
  });
  await rm(root, { recursive: true });
});

async function write(connection: DuckDb, folder: string, name: string, user: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const path = literal(join(folder, name));
  await connection.run(`COPY (SELECT '${user}' AS user_id, 5::BIGINT AS x) TO ${path} (FORMAT parquet)`);
}

async function rowsOf(connection: DuckDb, path: string): Promise<CanonicalValue[][]> {
  const rows: CanonicalValue[][] = [];
  for await (const part of readParquet(connection, schema, path)) rows.push(...part);
  return rows;
}
