import { link, mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type OutFile, checkOutFile, publishOutFile } from '../../../../adapters/files/out-file.ts';
import { sha256OfFile } from '../../../../adapters/files/sha256-of-file.ts';

let folder: string;
let own: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'asof-out-'));
  own = [];
  await writeFile(path('labels.csv'), 'labels');
  await writeFile(path('new'), 'rows');
});
afterEach(() => rm(folder, { recursive: true }));

test.each([false, true])(
  'nothing replaces the spine, by no name and no link (overwrite: %s)',
  async (overwrite) => {
    await symlink(path('labels.csv'), path('symlink'));
    await link(path('labels.csv'), path('hard-link'));
    own.push(await sha256OfFile(path('labels.csv')));
    for (const name of ['labels.csv', 'symlink', 'hard-link', 'sub/../labels.csv']) {
      const out = outOf(name, { overwrite, path: join(folder, name) });
      await expect(publishOutFile(path('new'), out)).rejects.toThrow(/it is the spine/);
    }
    expect(await readFile(path('labels.csv'), 'utf8')).toBe('labels');
  },
);

test('a file that Asof did not write, or that was changed since, is replaced only if that is asked for', async () => {
  await writeFile(path('out'), 'mine');
  await expect(publish('out')).rejects.toMatchObject({
    code: 'ASOF_OUT_REFUSED',
    message: expect.stringContaining('--overwrite') as string,
  });
  expect(await readFile(path('out'), 'utf8')).toBe('mine');
  await publish('out', { overwrite: true });
  expect(await readFile(path('out'), 'utf8')).toBe('rows');

  own.push(await sha256OfFile(path('out')));
  await writeFile(path('new'), 'newer rows');
  await publish('out');
  expect(await readFile(path('out'), 'utf8')).toBe('newer rows');
});

test('a file that appears after the check is not replaced either', async () => {
  expect(await checkOutFile(outOf('out'))).toBe(false);
  await writeFile(path('out'), 'mine');
  await expect(publish('out')).rejects.toThrow(/there is a file already/);
  expect(await readFile(path('out'), 'utf8')).toBe('mine');
});

test('a folder, a missing folder, a link to nowhere and a device are refused', async () => {
  await mkdir(path('folder'));
  await symlink(path('nowhere'), path('dangling'));
  await expect(publish('folder', { overwrite: true })).rejects.toThrow(/it is a folder\. Name a file in it/);
  await expect(publish('none/out')).rejects.toMatchObject({ code: 'ASOF_FOLDER_UNWRITABLE' });
  await expect(publish('labels.csv/out')).rejects.toMatchObject({ code: 'ASOF_FOLDER_UNWRITABLE' });
  await expect(publish('dangling')).rejects.toMatchObject({ code: 'ASOF_OUT_REFUSED' });
  const device = publishOutFile(path('new'), outOf('', { path: '/dev/null', overwrite: true }));
  await expect(device).rejects.toThrow(/it is not a file/);
});

test('a link is replaced, and what it leads to stays', async () => {
  await writeFile(path('elsewhere'), 'mine');
  await symlink(path('elsewhere'), path('out'));
  await publish('out', { overwrite: true });
  expect(await readFile(path('out'), 'utf8')).toBe('rows');
  expect(await readFile(path('elsewhere'), 'utf8')).toBe('mine');
  expect(await readdir(folder)).toEqual(['elsewhere', 'labels.csv', 'out']);
});

function path(name: string): string {
  return join(folder, name);
}

function outOf(name: string, given: Partial<OutFile> = {}): OutFile {
  const isOwn = (sha256: string) => Promise.resolve(own.includes(sha256));
  return { path: path(name), spine: path('labels.csv'), overwrite: false, isOwn, ...given };
}

function publish(name: string, given?: Partial<OutFile>): Promise<void> {
  return publishOutFile(path('new'), outOf(name, given));
}
