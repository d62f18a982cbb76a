import { chmodSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { foreignServers } from '../../../config/foreign-servers.ts';
import { administratorUrl, stackEnvironment } from '../../../stack/environment.ts';
import { stackLayout } from '../../../stack/layout.ts';
import { portPlan } from '../../../stack/ports.ts';
import { type StackSecrets, makeSecrets, readSecrets } from '../../../stack/secrets.ts';
import { kafka } from '../../../stack/servers/kafka.ts';
import { redis } from '../../../stack/servers/redis.ts';
import { temporal } from '../../../stack/servers/temporal.ts';
import { timescaledb } from '../../../stack/servers/timescaledb.ts';
import { forgetState, recordStarted } from '../../../stack/state.ts';
import { useTemporaryCache } from './temporary-cache.ts';

useTemporaryCache();

const base = 27_200;

test('the environment is empty before a server has started', () => {
  expect(stackEnvironment()).toEqual({});
});

test('started servers are in the environment, and others are absent', () => {
  started(redis, kafka);
  expect(stackEnvironment()).toEqual({
    REDIS_URL: `redis://asof:${secrets().ASOF_REDIS_PASSWORD}@127.0.0.1:27205`,
    KAFKA_BROKERS: '127.0.0.1:27202',
    ASOF_SERVING_URL: 'http://127.0.0.1:27207',
  });
});

test('the address of the Web UI comes with Temporal', () => {
  started(temporal);
  expect(stackEnvironment()).toMatchObject({
    TEMPORAL_ADDRESS: '127.0.0.1:27200',
    TEMPORAL_UI_URL: 'http://127.0.0.1:27201',
  });
});

test('a server that the environment names takes precedence over a started one', () => {
  started(redis, kafka);
  vi.stubEnv('REDIS_URL', 'redis://cache.example:6379');
  expect(stackEnvironment()).toMatchObject({
    REDIS_URL: 'redis://cache.example:6379',
    KAFKA_BROKERS: '127.0.0.1:27202',
  });
});

describe("an environment that names the stack's own server", () => {
  const login = fc.constantFrom('', 'asof@', ':@', 'asof:@', 'asof:older-password@', ':older@');

  test('gets the password of now, without a login and with an older one of Asof', () => {
    started(timescaledb, redis);
    const expected = stackEnvironment();
    fc.assert(
      fc.property(login, login, (postgres, inRedis) => {
        vi.stubEnv('DATABASE_URL', `postgres://${postgres}127.0.0.1:27204/asof`);
        vi.stubEnv('REDIS_URL', `redis://${inRedis}127.0.0.1:27205`);
        expect(stackEnvironment()).toEqual(expected);
        expect(foreignServers()).toEqual([]);
      }),
    );
  });

  test.each([
    'postgres://asof_administrator:password@127.0.0.1:27204/asof',
    'postgres://asofa@127.0.0.1:27204/asof',
    'postgres://reader:asof@127.0.0.1:27204/asof',
    'postgres://asof@127.0.0.1:27204/shop',
    'postgres://asof@127.0.0.1:5432/asof',
    'postgres://asof@127.0.0.1:27204/asof?options=asof@',
  ])('keeps another login, database or server: %s', (url) => {
    started(timescaledb);
    vi.stubEnv('DATABASE_URL', url);
    expect(stackEnvironment().DATABASE_URL).toBe(url);
  });
});

test('the environment contains no servers of another stack', () => {
  started(redis);
  vi.stubEnv('ASOF_STACK', 'other');
  expect(stackEnvironment()).toEqual({});
});

test('the environment is empty after the stack has gone down', () => {
  started(redis);
  forgetState(stackLayout().run);
  expect(stackEnvironment()).toEqual({});
});

test('only the URLs of the environment have passwords, and the state has none', () => {
  started(timescaledb, redis);
  const state = readFileSync(join(stackLayout().run, 'stack.json'), 'utf8');
  for (const secret of Object.values(secrets())) expect(state).not.toContain(secret);
  expect(stackEnvironment().DATABASE_URL).toBe(
    `postgres://asof:${secrets().ASOF_POSTGRES_PASSWORD}@127.0.0.1:27204/asof`,
  );
  expect(administratorUrl()).toBe(
    `postgres://asof_administrator:${secrets().ASOF_POSTGRES_ADMINISTRATOR_PASSWORD}@127.0.0.1:27204/asof`,
  );
});

test('a stack of a version without passwords does not run until it is started again', () => {
  started(redis);
  rmSync(stackLayout().secrets);
  expect(stackEnvironment()).toEqual({});
});

test('passwords that others can read are refused where an address needs one, and nowhere else', () => {
  makeSecrets(stackLayout().secrets);
  chmodSync(stackLayout().secrets, 0o644);
  expect(stackEnvironment()).toEqual({});
  chmodSync(stackLayout().secrets, 0o600);
  started(timescaledb, redis, kafka);
  chmodSync(stackLayout().secrets, 0o644);
  expect(() => stackEnvironment()).toThrow(expect.objectContaining({ code: 'ASOF_STACK_SECRETS_UNFIT' }));
  const DATABASE_URL = 'postgres://db.example/asof';
  const REDIS_URL = 'redis://cache.example:6379';
  expect(() => stackEnvironment({ ...process.env, DATABASE_URL })).toThrow();
  expect(stackEnvironment({ ...process.env, DATABASE_URL, REDIS_URL })).toMatchObject({
    DATABASE_URL,
    REDIS_URL,
    KAFKA_BROKERS: '127.0.0.1:27202',
  });
});

function secrets(): StackSecrets {
  return readSecrets(stackLayout().secrets)!;
}

function started(...servers: Parameters<typeof recordStarted>[1][]): void {
  makeSecrets(stackLayout().secrets);
  for (const server of servers) {
    recordStarted({ layout: stackLayout(), base, ports: portPlan(base) }, server, 'native');
  }
}
