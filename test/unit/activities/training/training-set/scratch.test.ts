import { link, mkdir, mkdtemp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withScratch } from '../../../../../activities/training/training-set/scratch.ts';
import { withDuckDb } from '../../../../../adapters/duckdb/database.ts';
import { literal } from '../../../../../adapters/duckdb/sql-text.ts';

const RUN = '0f3a1b2c-1234-4abc-8def-0123456789ab';

test('an attempt that was taken for dead loses its files to the next attempt, and publishes nothing', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'asof-scratch-'));
  const write = async (scratch: string, text: string): Promise<void> =>
    writeFile(join(scratch, 'rows'), text);
  const publish = (scratch: string): Promise<void> => rename(join(scratch, 'rows'), join(folder, 'out'));
  await withScratch(folder, RUN, 1, async (scratch) => {
    await write(scratch, 'first');
    await withScratch(folder, RUN, 2, async (own) => {
      await write(own, 'second');
      await expect(publish(scratch)).rejects.toMatchObject({ code: 'ENOENT' });
      await publish(own);
    });
  });
  expect(await readdir(folder)).toEqual(['out']);
  expect(await readFile(join(folder, 'out'), 'utf8')).toBe('second');
  await rm(folder, { recursive: true });
});

test.each(['user=7', '[ab]*', 'what?', 'a\\b', "it's", 'a b\nc'])(
  'DuckDB works beside a file in the folder %j',
  async (name) => {
    const root = await mkdtemp(join(tmpdir(), 'asof-scratch-'));
    const folder = join(root, name);
    await mkdir(folder);
    await withScratch(folder, RUN, 1, (scratch) =>
      withDuckDb(scratch, async (connection) => {
        const rows = join(scratch, 'rows');
        await connection.run('CREATE TABLE numbers AS SELECT range AS n FROM range(100000)');
        await connection.run(`COPY (SELECT n FROM numbers ORDER BY n) TO ${literal(rows)} (FORMAT parquet)`);
        await link(rows, join(folder, 'out'));
      }),
    );
    expect(await readdir(folder)).toEqual(['out']);
    await rm(root, { recursive: true });
  },
);
