import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, realpath, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openRegularFile } from '../../../../adapters/files/regular-file.ts';

test('a regular file is opened, and no pipe, device, folder or link', async () => {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'asof-regular-')));
  await writeFile(join(folder, 'file'), 'rows');
  const file = await openRegularFile(join(folder, 'file'));
  expect(await file.readFile('utf8')).toBe('rows');
  await file.close();

  execFileSync('mkfifo', [join(folder, 'pipe')]);
  await mkdir(join(folder, 'folder'));
  await symlink(join(folder, 'file'), join(folder, 'link'));
  for (const path of [...['pipe', 'folder', 'link', 'none'].map((name) => join(folder, name)), '/dev/zero'])
    await expect(openRegularFile(path), path).rejects.toMatchObject({ syscall: 'open' });
  await rm(folder, { recursive: true });
});

test.runIf(existsSync('/proc/self/fd'))(
  'a file behind a link that took the place of a folder is not opened',
  async () => {
    const folder = await realpath(await mkdtemp(join(tmpdir(), 'asof-regular-')));
    const [data, secrets] = [join(folder, 'data'), join(folder, 'secrets')];
    for (const made of [data, secrets]) {
      await mkdir(made);
      await writeFile(join(made, 'file'), made);
    }
    await (await openRegularFile(join(data, 'file'))).close();
    await rename(data, join(folder, 'moved'));
    await symlink(secrets, data);
    await expect(openRegularFile(join(data, 'file'))).rejects.toThrow('it was moved meanwhile');
    await rm(folder, { recursive: true });
  },
);
