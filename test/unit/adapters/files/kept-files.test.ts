import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, readdir, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  copyKeptSet,
  keepSpine,
  keptSet,
  keptSets,
  sha256OfKeptSpine,
} from '../../../../adapters/files/kept-files.ts';

let folder: string;
let kept: string;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'asof-kept-')));
  kept = join(folder, 'kept');
});
afterEach(() => rm(folder, { recursive: true }));

test('a spine is kept under the hash of its bytes, for its user alone', async () => {
  const spine = join(folder, 'any name at all');
  await writeFile(spine, 'user\nu_1\n');
  const copy = await keepSpine(kept, spine);
  const sha256 = createHash('sha256').update('user\nu_1\n').digest('hex');
  expect(copy).toBe(join(kept, 'spines', `${sha256}.csv`));
  expect(await readFile(copy, 'utf8')).toBe('user\nu_1\n');
  expect((await stat(copy)).mode & 0o777).toBe(0o600);
  expect((await stat(join(kept, 'spines'))).mode & 0o777).toBe(0o700);
  expect(await keepSpine(kept, spine)).toBe(copy);
  expect(await readdir(join(kept, 'spines'))).toEqual([`${sha256}.csv`]);

  expect(await sha256OfKeptSpine(kept, copy)).toBe(sha256);
  for (const other of [spine, join(folder, `${sha256}.csv`), join(kept, 'spines', 'labels.csv')])
    expect(await sha256OfKeptSpine(kept, other)).toBeUndefined();
});

test('a spine that cannot be read is named, and leaves nothing', async () => {
  for (const path of [join(folder, 'none'), folder])
    await expect(keepSpine(kept, path)).rejects.toMatchObject({
      code: 'ASOF_FILE_UNREADABLE',
      details: { path },
    });
  expect(await readdir(join(kept, 'spines'))).toEqual([]);
  await writeFile(join(folder, 'a file'), '');
  await expect(keepSpine(join(folder, 'a file'), join(folder, 'a file'))).rejects.toMatchObject({
    code: 'ASOF_FOLDER_UNWRITABLE',
  });
});

test('a kept set is copied to its place only if a build wrote it so', async () => {
  const from = keptSet(kept, 'ts_1');
  const out = {
    path: join(folder, 'rows.parquet'),
    spine: join(folder, 'labels.csv'),
    overwrite: false,
    isOwn: (sha256: string) => Promise.resolve(sha256 === createHash('sha256').update('rows').digest('hex')),
  };
  await expect(copyKeptSet(from, out)).rejects.toMatchObject({ code: 'ASOF_FILE_UNREADABLE' });
  await mkdir(keptSets(kept), { recursive: true });
  await writeFile(from, 'other rows');
  await expect(copyKeptSet(from, out)).rejects.toMatchObject({ code: 'ASOF_TRAINING_SET_FILE_CHANGED' });
  await writeFile(from, 'rows');
  await copyKeptSet(from, out);
  await copyKeptSet(from, out);
  expect(await readFile(out.path, 'utf8')).toBe('rows');
  await writeFile(out.path, 'mine');
  await expect(copyKeptSet(from, out)).rejects.toMatchObject({ code: 'ASOF_OUT_REFUSED' });
  expect(await readFile(out.path, 'utf8')).toBe('mine');
  expect((await readdir(folder)).sort()).toEqual(['kept', 'rows.parquet']);
});
