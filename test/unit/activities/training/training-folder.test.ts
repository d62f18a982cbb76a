import { chmod, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  makeTrainingFolder,
  removeTrainingFolder,
  trainingFolder,
} from '../../../../activities/training/training-folder.ts';

const ID = '0f3a1b2c-1234-4abc-8def-0123456789ab';

test('a training has a folder that only its user can enter, and that goes with it', async () => {
  const root = await mkdtemp(join(tmpdir(), 'asof-trainings-'));
  const trainings = join(root, 'trainings');
  const folder = await makeTrainingFolder(trainings, ID);
  await chmod(trainings, 0o777);
  await makeTrainingFolder(trainings, ID);
  for (const made of [trainings, folder]) expect((await stat(made)).mode & 0o777).toBe(0o700);
  await writeFile(join(folder, 'model'), '');
  await removeTrainingFolder(trainings, ID);
  expect(await readdir(trainings)).toEqual([]);
  await rm(root, { recursive: true });
});

test.each(['', '.', '..', '../..', '/', '/etc', `${ID}/..`, `${ID}\n`, ID.toUpperCase(), 'asof'])(
  'no folder is made or removed for %j, which is no id',
  async (id) => {
    expect(() => trainingFolder('/trainings', id)).toThrow(/is not the id of a workflow run/);
    await expect(removeTrainingFolder('/trainings', id)).rejects.toMatchObject({
      code: 'ASOF_INPUT_INVALID',
    });
  },
);
