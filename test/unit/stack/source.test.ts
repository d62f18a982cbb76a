import { expect, test, vi } from 'vitest';
import { portPlan } from '../../../stack/ports.ts';
import { kafka } from '../../../stack/servers/kafka.ts';
import { redis } from '../../../stack/servers/redis.ts';
import { type ServerOrigin, chooseSources } from '../../../stack/source.ts';
import type { StackState } from '../../../stack/state.ts';
import { fakeDocker } from './fake-docker.ts';
import { useTemporaryCache } from './temporary-cache.ts';

const cache = useTemporaryCache();
const ports = portPlan(27_200);

test('a server that the environment names takes precedence', async () => {
  fakeDocker(cache.path());
  expect(await sources({ REDIS_URL: 'redis://cache.example:6379' })).toEqual({
    redis: 'environment',
    kafka: 'compose',
  });
});

test('without a Docker engine the servers are native', async () => {
  fakeDocker(cache.path(), engineWithout('version'));
  expect(await sources({})).toEqual({ redis: 'native', kafka: 'native' });
});

test('an engine without Compose is not enough', async () => {
  fakeDocker(cache.path(), engineWithout('compose'));
  expect(await sources({})).toEqual({ redis: 'native', kafka: 'native' });
});

test('without a docker command the servers are native', async () => {
  vi.stubEnv('PATH', '/nowhere');
  expect(await sources({})).toEqual({ redis: 'native', kafka: 'native' });
});

test("the stack's own address in the environment does not count, so that a shell with `asof stack env` can start it", async () => {
  fakeDocker(cache.path());
  expect(await sources({ REDIS_URL: redis.url(ports) })).toMatchObject({ redis: 'compose' });
});

test('a server that runs natively stays native after Docker has started', async () => {
  fakeDocker(cache.path());
  const running = { source: 'native', variable: redis.variable, url: redis.url(ports) } as const;
  expect(await sources({}, { portBase: 27_200, servers: { redis: running } })).toEqual({
    redis: 'native',
    kafka: 'compose',
  });
});

test('ASOF_STACK_WITH decides if both are possible', async () => {
  const docker = fakeDocker(cache.path());
  expect(await sources({ ASOF_STACK_WITH: 'native' })).toEqual({ redis: 'native', kafka: 'native' });
  expect(docker.calls()).toEqual(['']);
  await expect(sources({ ASOF_STACK_WITH: 'podman' })).rejects.toThrow("expected 'compose' or 'native'");
});

/** The script of a `docker` that fails for commands with this word. */
function engineWithout(word: string): string {
  return `case "$*" in *${word}*) exit 1;; esac`;
}

async function sources(
  environment: NodeJS.ProcessEnv,
  state?: StackState,
): Promise<Record<string, ServerOrigin>> {
  const chosen = await chooseSources([redis, kafka], { ports, state, environment });
  return Object.fromEntries([...chosen].map(([server, source]) => [server.name, source]));
}
