import { chmodSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeStackFolders, stackLayout } from '../../../stack/layout.ts';
import { PASS_THROUGH, PRIVATE_UMASK, makePrivateFolder } from '../../../stack/private-files.ts';
import { run } from '../../../stack/processes/run.ts';
import { useTemporaryCache } from './temporary-cache.ts';

const cache = useTemporaryCache();

test('only the user of a stack can enter its folders', () => {
  makeStackFolders(stackLayout());
  const { own, data, logs, run: runs } = stackLayout();
  expect([own, data, logs, runs].map(modeOf)).toEqual([0o700, 0o700, 0o700, 0o700]);
});

test('a folder that others could read is closed with all that it contains', () => {
  const { own } = stackLayout();
  mkdirSync(join(own, 'data/redis'), { recursive: true });
  writeFileSync(join(own, 'data/redis/dump'), '', { mode: 0o644 });
  writeFileSync(join(own, 'data/program'), '', { mode: 0o755 });
  for (const folder of ['', 'data', 'data/redis']) chmodSync(join(own, folder), 0o775);
  makeStackFolders(stackLayout());
  const found = ['', 'data', 'data/redis', 'data/redis/dump', 'data/program'];
  expect(found.map((path) => modeOf(join(own, path)))).toEqual([0o700, 0o700, 0o700, 0o600, 0o700]);
});

test('a server of another account passes through, and lists nothing; a later call does not shut it out', () => {
  const folder = join(cache.path(), 'folder');
  makePrivateFolder(folder, PASS_THROUGH);
  makePrivateFolder(folder);
  expect(modeOf(folder)).toBe(0o711);
});

test('a program writes files that only its user can read, and its log is one', async () => {
  const before = process.umask(0o022);
  const log = join(cache.path(), 'program.log');
  const { signal } = new AbortController();
  await run('touch', ['written'], { cwd: cache.path(), log, signal, umask: PRIVATE_UMASK });
  expect([join(cache.path(), 'written'), log].map(modeOf)).toEqual([0o600, 0o600]);
  writeFileSync(join(cache.path(), 'own'), '');
  expect(modeOf(join(cache.path(), 'own'))).toBe(0o644);
  process.umask(before);
});

function modeOf(path: string): number {
  return statSync(path).mode & 0o777;
}
