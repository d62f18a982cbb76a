import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type ProcessRecord, isAlive, readRecord } from '../../../stack/processes/record.ts';
import { spawnDetached } from '../../../stack/processes/spawn.ts';
import { stopProcess } from '../../../stack/processes/stop.ts';
import { waitUntilReady } from '../../../stack/processes/wait-until-ready.ts';
import { useTemporaryCache } from './temporary-cache.ts';

const cache = useTemporaryCache();
const started: ProcessRecord[] = [];
afterEach(() => Promise.all(started.splice(0).map((record) => stopProcess(record, 0))));

const never = { ask: () => Promise.reject(new Error('nobody there')), signal: new AbortController().signal };

test('a started process is recorded and found again', async () => {
  const record = await shell('sleep 60');
  expect(readRecord(cache.path(), 'shell')).toEqual(record);
  expect(isAlive(record)).toBe(true);
});

test('a stop ends the children too, also those with their own session', async () => {
  const record = await shell('setsid sleep 60 & echo $!; sleep 60 & wait');
  await stopProcess(record);
  expect(isAlive(record)).toBe(false);
});

test('a process that ignores its stop signal is killed', async () => {
  const record = await shell("trap '' TERM; echo ready; while :; do sleep 0.1; done");
  await waitUntilReady(record, { ...never, ask: () => outputOf(record), withinMs: 5_000 });
  await stopProcess(record, 100);
  expect(isAlive(record)).toBe(false);
});

test('a stop leaves a process alone that has the pid of a recorded one', async () => {
  const record = await shell('sleep 60');
  await stopProcess({ ...record, startedAt: 'earlier' });
  expect(isAlive(record)).toBe(true);
});

test('a wait fails at once, with the end of the log, if the process ends', async () => {
  const record = await shell('echo no space left on device; exit 3');
  await expect(waitUntilReady(record, { ...never, withinMs: 60_000 })).rejects.toThrow(
    /shell ended while it was starting[^]*no space left on device[^]*shell\.log/,
  );
});

test('a wait fails with the reason if the process does not answer in time', async () => {
  const record = await shell('echo still loading; sleep 60');
  await waitUntilReady(record, { ...never, ask: () => outputOf(record), withinMs: 5_000 });
  await expect(waitUntilReady(record, { ...never, withinMs: 0 })).rejects.toThrow(
    /did not answer within 0 s \(nobody there\)[^]*still loading/,
  );
});

test('an answer from another process does not count', async () => {
  const record = await shell('exit 0');
  await expect(
    waitUntilReady(record, { ...never, ask: () => untilDead(record), withinMs: 5_000 }),
  ).rejects.toThrow('ended while it was starting');
});

test('the log of the previous run is retained', async () => {
  const first = await shell('echo first');
  await expect(waitUntilReady(first, { ...never, withinMs: 5_000 })).rejects.toThrow('first');
  await shell('sleep 60');
  expect(readFile('shell.previous.log')).toBe('first\n');
});

test('a command that does not exist is a clear error', async () => {
  const start = spawnDetached(cache.path(), {
    name: 'ghost',
    kind: 'background',
    command: '/no/such',
    args: [],
    env: {},
    cwd: cache.path(),
    log: join(cache.path(), 'ghost.log'),
    settings: '',
    stopSignal: 'SIGTERM',
  });
  await expect(start).rejects.toThrow("ghost could not be started: '/no/such'");
});

async function shell(script: string): Promise<ProcessRecord> {
  const record = await spawnDetached(cache.path(), {
    name: 'shell',
    kind: 'background',
    command: 'sh',
    args: ['-c', script],
    env: process.env,
    cwd: cache.path(),
    log: join(cache.path(), 'shell.log'),
    settings: '',
    stopSignal: 'SIGTERM',
  });
  started.push(record);
  return record;
}

function readFile(name: string): string {
  return readFileSync(join(cache.path(), name), 'utf8');
}

function outputOf(record: ProcessRecord): Promise<void> {
  return readFileSync(record.log, 'utf8') ? Promise.resolve() : Promise.reject(new Error('no output yet'));
}

function untilDead(record: ProcessRecord): Promise<void> {
  return isAlive(record) ? Promise.reject(new Error('still alive')) : Promise.resolve();
}
