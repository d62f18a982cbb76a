import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Pool } from '../../../../db/sql/client.ts';
import { withProject } from '../../../support/projects/project.ts';
import { csv, fill, readParquetFile, withFolder } from '../../../support/projects/training-set.ts';
import { HEADING } from './random-set.ts';
import { FEATURES, build, prepare } from './random-tables.ts';

/** 2026-03-01T00:00:00Z. */
const START = 1_772_323_200_000_000n;

test('a text of any length that Postgres sends is joined', async () => {
  await withTables(async ({ pool, folder }) => {
    const texts = [3_000_000, 6_000_000].map((length) => 'a"b,\n'.repeat(length / 5));
    await storeTexts(pool, texts);
    const files = await writeSpine(folder, ['u_0', 'u_1', 'u_0', 'unknown']);
    await build(pool, folder, files);
    const { rows } = await readParquetFile(files.out);
    expect(rows.map((row) => texts.indexOf(row[HEADING.length + 2] as string))).toEqual([0, 1, 0, -1]);
  });
});

test('folders whose names look like columns or patterns change no row', async () => {
  await withTables(async ({ pool, folder }) => {
    await storeTexts(pool, ['text']);
    const { id, sha256 } = await build(pool, folder, await writeSpine(folder, ['u_0']));
    for (const name of ['user=7', '[ab]*', 'a\\b', "it's"]) {
      const below = join(folder, name);
      await mkdir(below);
      expect(await build(pool, below, await writeSpine(below, ['u_0']))).toMatchObject({ id, sha256 });
    }
  });
});

test('keys with a blank before them fail the build, which says so, shows none of them and leaves nothing', async () => {
  await withTables(async ({ pool, folder, list }) => {
    await storeTexts(pool, ['text', 'text', 'text']);
    const files = await writeSpine(folder, [' u_0', ' u_1', ' u_2']);
    const error: unknown = await build(pool, folder, { ...files, allowMissing: false }).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({
      code: 'ASOF_NOTHING_FOUND',
      message: expect.stringMatching(
        /3 of the spine's 3 different keys in user are in no table .* 3 of 3 of its keys are alike/,
      ) as string,
    });
    expect((error as Error).message).not.toContain('u_');
    expect(await list()).toEqual(['spine.csv']);
    expect((await pool.query('SELECT FROM asof.training_sets')).rows).toEqual([]);
    const { lookups } = await build(pool, folder, { ...files, allowMissing: true });
    expect(lookups.map(({ found }) => found)).toEqual([0, 0]);
  });
});

test('a build replaces what builds wrote, and no other file', async () => {
  await withTables(async ({ pool, folder }) => {
    await storeTexts(pool, ['first']);
    const files = await writeSpine(folder, ['u_0']);
    const first = await build(pool, folder, files);
    expect(await build(pool, folder, files)).toEqual(first);
    await storeTexts(pool, ['second']);
    const { id } = await build(pool, folder, files);
    expect(id).not.toBe(first.id);

    await writeFile(files.out, 'mine');
    await expect(build(pool, folder, files)).rejects.toMatchObject({ code: 'ASOF_OUT_REFUSED' });
    expect(await readFile(files.out, 'utf8')).toBe('mine');
    expect(await build(pool, folder, { ...files, overwrite: true })).toMatchObject({ id });
  });
});

interface Tables {
  readonly pool: Pool;
  readonly folder: string;
  readonly list: () => Promise<string[]>;
}

function withTables(work: (tables: Tables) => Promise<void>): Promise<void> {
  return withProject({}, ({ pool, source }) =>
    withFolder(async (folder, list) => {
      await prepare(pool, source);
      await work({ pool, folder, list });
    }),
  );
}

/** Gives the users `u_0`, `u_1`, … a row each, with these texts. */
async function storeTexts(pool: Pool, texts: readonly string[]): Promise<void> {
  const rows = texts.map((text, at) => ({
    key: [`u_${at}`],
    feature_ts: START,
    values: [1n, 0.5, text, null, null],
  }));
  await fill(pool, 'windows', { keys: ['client_id'], features: FEATURES, rows });
}

async function writeSpine(folder: string, users: readonly string[]): Promise<{ spine: string; out: string }> {
  const spine = join(folder, 'spine.csv');
  const lines = users.map((user) => ['', user, '2026-03-01T00:30:00Z', '1', 's', 'train']);
  await writeFile(spine, csv([HEADING, ...lines]));
  return { spine, out: join(folder, 'rows.parquet') };
}
