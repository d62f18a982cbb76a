import { expect, test, vi } from 'vitest';
import { stackEnvironment } from '../../../stack/environment.ts';
import { stackLayout } from '../../../stack/layout.ts';
import { portPlan } from '../../../stack/ports.ts';
import { kafka } from '../../../stack/servers/kafka.ts';
import { redis } from '../../../stack/servers/redis.ts';
import { temporal } from '../../../stack/servers/temporal.ts';
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
    REDIS_URL: 'redis://127.0.0.1:27205',
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

function started(...servers: Parameters<typeof recordStarted>[1][]): void {
  for (const server of servers) {
    recordStarted({ layout: stackLayout(), base, ports: portPlan(base) }, server, 'native');
  }
}
