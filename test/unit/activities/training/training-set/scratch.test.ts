import { mkdtemp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withScratch } from '../../../../../activities/training/training-set/scratch.ts';

test('an attempt that was believed dead loses its files to the next attempt and publishes nothing', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'asof-scratch-'));
  const write = async (scratch: string, text: string): Promise<void> =>
    writeFile(join(scratch, 'rows'), text);
  const publish = (scratch: string): Promise<void> => rename(join(scratch, 'rows'), join(folder, 'out'));
  await withScratch(folder, 'run', 1, async (scratch) => {
    await write(scratch, 'first');
    await withScratch(folder, 'run', 2, async (own) => {
      await write(own, 'second');
      await expect(publish(scratch)).rejects.toMatchObject({ code: 'ENOENT' });
      await publish(own);
    });
  });
  expect(await readdir(folder)).toEqual(['out']);
  expect(await readFile(join(folder, 'out'), 'utf8')).toBe('second');
  await rm(folder, { recursive: true });
});
