import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeTrainingFolder, removeTrainingFolder } from '../../../../activities/training/training-folder.ts';
import { withScratch } from '../../../../activities/training/training-set/scratch.ts';
import { forAllSlow } from '../../support/for-all.ts';

const parts = fc.oneof(
  fc.constantFrom('..', '/', '.', '\0', '\n', '~', '*', 'others', 'door', '%2e', 'x'.repeat(300)),
  fc.uuid(),
  fc.string({ unit: 'grapheme', maxLength: 4 }),
);
const ids = fc
  .oneof(
    fc.array(parts, { maxLength: 5 }).map((all) => all.join('')),
    fc.uuid().map((id) => id.toUpperCase()),
    fc.tuple(fc.uuid(), fc.constantFrom('\n', ' ', '/', '/..', '\0')).map((all) => all.join('')),
  )
  .filter((id) => !/^[0-9a-f-]{36}$/.test(id));

test('no folder is made or removed for what is not the id of a run', async () => {
  const root = await mkdtemp(join(tmpdir(), 'asof-ids-'));
  const trainings = join(root, 'trainings');
  await mkdir(join(root, 'others'));
  await writeFile(join(root, 'others', 'file'), '');
  await mkdir(trainings);
  await symlink(join(root, 'others'), join(trainings, 'door'));
  const before = await listed(root);
  await forAllSlow(ids, 200, async (id) => {
    const work = () => Promise.reject(new Error('it works'));
    for (const attempt of [
      () => makeTrainingFolder(trainings, id),
      () => removeTrainingFolder(trainings, id),
      () => withScratch(trainings, id, 1, work),
    ])
      await expect(attempt()).rejects.toMatchObject({ code: 'ASOF_INPUT_INVALID', kind: 'input' });
    expect(await listed(root)).toEqual(before);
  });
  await rm(root, { recursive: true });
});

test('what a link leads to is not removed with a folder of work', async () => {
  const id = '0f3a1b2c-1234-4abc-8def-0123456789ab';
  const root = await mkdtemp(join(tmpdir(), 'asof-ids-'));
  await mkdir(join(root, 'others'));
  await writeFile(join(root, 'others', 'file'), '');
  await symlink(join(root, 'others'), join(root, id));
  await symlink(join(root, 'others'), join(root, `.asof-build-${id}`));
  await withScratch(root, id, 1, () => Promise.resolve());
  await removeTrainingFolder(root, id);
  expect(await listed(root)).toEqual(['others', 'others/file']);
  await rm(root, { recursive: true });
});

async function listed(folder: string): Promise<string[]> {
  return (await readdir(folder, { recursive: true })).sort();
}
