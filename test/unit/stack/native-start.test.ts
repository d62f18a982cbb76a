import { afterEach, expect, test } from 'vitest';
import { makeStackFolders, stackLayout } from '../../../stack/layout.ts';
import type { NativeStack } from '../../../stack/native/native-stack.ts';
import { startNative } from '../../../stack/native/start.ts';
import { portPlan } from '../../../stack/ports.ts';
import { readRecord } from '../../../stack/processes/record.ts';
import { stopProcess } from '../../../stack/processes/stop.ts';
import { reporterFor } from '../../../stack/progress.ts';
import { unprivilegedAccount } from '../../../stack/servers/account.ts';
import type { Server } from '../../../stack/servers/server.ts';
import { someSecrets } from './some-secrets.ts';
import { useTemporaryCache } from './temporary-cache.ts';

useTemporaryCache();

afterEach(async () => {
  const record = readRecord(stackLayout().run, 'redis');
  if (record) await stopProcess(record);
});

test('the next start completes a running server whose completion has failed', async () => {
  const calls: string[] = [];
  const server = sleeping((url) => {
    calls.push(url);
    return calls.length === 1 ? Promise.reject(new Error('too many locks')) : Promise.resolve();
  });
  const stack = await nativeStack();
  await expect(startNative(server, stack, silent)).rejects.toThrow('too many locks');
  const begun = readRecord(stackLayout().run, 'redis');
  await startNative(server, stack, silent);
  expect(calls).toEqual(['redis://127.0.0.1:30005', 'redis://127.0.0.1:30005']);
  expect(readRecord(stackLayout().run, 'redis')).toEqual(begun);
});

const silent = reporterFor('redis', () => {});

function sleeping(complete: Server['complete'] & object): Server {
  return {
    name: 'redis',
    title: 'A server that answers at once',
    variable: 'REDIS_URL',
    ports: () => ({}),
    url: (plan) => `redis://127.0.0.1:${plan.redis}`,
    software: { folder: 'sleep-1.0', how: 'fetching nothing', tools: [], build: () => Promise.resolve() },
    runsOn: [],
    launch: () => ({ command: 'sleep', args: ['60'] }),
    complete,
    ask: () => Promise.resolve(),
  };
}

async function nativeStack(): Promise<NativeStack> {
  makeStackFolders(stackLayout());
  return {
    layout: stackLayout(),
    ports: portPlan(30_000),
    secrets: someSecrets,
    signal: new AbortController().signal,
    account: await unprivilegedAccount(),
  };
}
