import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withLock } from '../../../stack/processes/lock.ts';
import { useTemporaryCache } from './temporary-cache.ts';

const cache = useTemporaryCache();
const options = { signal: new AbortController().signal, onWait: () => {} };

test('two actions under the same lock run one after the other', async () => {
  const steps: string[] = [];
  const action = (name: string) => async () => {
    steps.push(`${name} in`);
    await new Promise((resolve) => setTimeout(resolve, 20));
    steps.push(`${name} out`);
  };
  await Promise.all([withLock(lock(), options, action('a')), withLock(lock(), options, action('b'))]);
  expect(steps).toHaveLength(4);
  expect(steps[1]).toBe(steps[0]?.replace('in', 'out'));
});

test('a waiting process gets the pid of the holder', async () => {
  const waitedFor: number[] = [];
  await withLock(lock(), options, async () => {
    const waiting = new AbortController();
    const onWait = (pid: number) => {
      waitedFor.push(pid);
      waiting.abort();
    };
    const second = withLock(lock(), { signal: waiting.signal, onWait }, () => Promise.resolve());
    await expect(second).rejects.toThrow('aborted');
  });
  expect(waitedFor).toEqual([process.pid]);
});

test('the lock of a process that was killed is taken over', async () => {
  const dead = spawnSync('true').pid;
  writeFileSync(lock(), JSON.stringify({ pid: dead, startedAt: 'earlier' }));
  expect(await withLock(lock(), options, () => Promise.resolve('mine'))).toBe('mine');
});

test('a lock is taken over if another process has the pid of its holder', async () => {
  writeFileSync(lock(), JSON.stringify({ pid: process.pid, startedAt: 'earlier' }));
  expect(await withLock(lock(), options, () => Promise.resolve('mine'))).toBe('mine');
});

test('a failed action releases the lock', async () => {
  await expect(withLock(lock(), options, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(existsSync(lock())).toBe(false);
});

function lock(): string {
  return join(cache.path(), 'lock');
}
