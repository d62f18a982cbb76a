import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { makeStackFolders, stackLayout } from '../../../stack/layout.ts';
import { PASS_THROUGH, PRIVATE_UMASK, makePrivateFolder } from '../../../stack/private-files.ts';
import { run } from '../../../stack/processes/run.ts';
import { refusalOf } from '../../support/expectations/refusal-of.ts';
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

test('a folder is closed while servers make and remove files in it', async () => {
  const folder = join(cache.path(), 'busy');
  mkdirSync(folder);
  for (let index = 0; index < 3_000; index += 1) writeFileSync(join(folder, `${index}`), '', { mode: 0o644 });
  chmodSync(folder, 0o755);
  const server = new Worker(REMOVES_FILES, { eval: true, workerData: folder });
  await once(server, 'message');
  makePrivateFolder(folder);
  await server.terminate();
  expect(modeOf(folder)).toBe(0o700);
});

test('an interrupted closing is completed before another account may pass', () => {
  const folder = join(cache.path(), 'interrupted');
  mkdirSync(folder, { mode: 0o700 });
  writeFileSync(join(folder, 'left'), '', { mode: 0o644 });
  makePrivateFolder(folder, PASS_THROUGH);
  expect([modeOf(folder), modeOf(join(folder, 'left'))]).toEqual([0o711, 0o600]);
});

test.runIf(process.geteuid?.() === 0)('files of another user give an error that says what to do', () => {
  const folder = mkdtempSync(join(tmpdir(), 'asof-foreign-'));
  chmodSync(folder, 0o755);
  process.seteuid!(1);
  const refused = refusalOf(() => makePrivateFolder(folder));
  process.seteuid!(0);
  rmSync(folder, { recursive: true });
  expect(refused).toMatchObject({ code: 'ASOF_STACK_SERVER_FAILED' });
  expect(refused.message).toMatch(/asof-foreign-.* belongs to another user[^]*ASOF_STACK/);
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

const REMOVES_FILES = `
const { parentPort, workerData } = require('node:worker_threads');
const fs = require('node:fs');
const names = fs.readdirSync(workerData).reverse();
parentPort.postMessage('begins');
for (const name of names) fs.rmSync(workerData + '/' + name);
`;

function modeOf(path: string): number {
  return statSync(path).mode & 0o777;
}
