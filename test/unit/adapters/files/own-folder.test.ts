import { chmod, chown, mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeTrainingFolder } from '../../../../activities/training/training-folder.ts';
import { keepSpine, keptSets, makeKept } from '../../../../adapters/files/kept-files.ts';
import { makeOwnFolder } from '../../../../adapters/files/own-folder.ts';

const ID = '0f3a1b2c-1234-4abc-8def-0123456789ab';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'asof-own-'));
});
afterEach(() => rm(root, { recursive: true }));

test('a folder is made, or closed to others, for its user alone', async () => {
  const folder = join(root, 'a', 'b');
  await makeOwnFolder(folder);
  await chmod(folder, 0o777);
  await makeOwnFolder(folder);
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
});

test('a link, a file or the folder of another user is not taken, at any level of what Asof keeps', async () => {
  const others = join(root, 'others');
  await mkdir(others);
  await writeFile(join(root, 'labels.csv'), 'user\n');
  const planted: readonly ((path: string) => Promise<void>)[] = [
    (path) => symlink(others, path),
    (path) => writeFile(path, ''),
    // Only root can give a folder away.
    ...(process.getuid!() === 0 ? [ofAnother] : []),
  ];
  for (const [index, plant] of planted.entries()) {
    const [above, below, trainings] = ['above', 'below', 'trainings'].map((name) =>
      join(root, `${name}-${index}`),
    ) as [string, string, string];
    await mkdir(below);
    for (const path of [above, join(below, 'training-sets'), join(below, 'spines'), trainings])
      await plant(path);
    for (const attempt of [
      () => makeKept(keptSets(above)),
      () => makeKept(keptSets(below)),
      () => keepSpine(above, join(root, 'labels.csv')),
      () => keepSpine(below, join(root, 'labels.csv')),
      () => makeTrainingFolder(trainings, ID),
    ])
      await expect(attempt()).rejects.toMatchObject({ code: 'ASOF_FOLDER_UNWRITABLE', kind: 'input' });
  }
  expect(await readdir(others)).toEqual([]);
});

test.runIf(process.getuid!() !== 0)('the folder of root is not taken', async () => {
  await expect(makeOwnFolder('/usr')).rejects.toThrow('it belongs to another user, whose id is 0');
});

async function ofAnother(path: string): Promise<void> {
  await mkdir(path);
  await chown(path, 12_345, 12_345);
}
