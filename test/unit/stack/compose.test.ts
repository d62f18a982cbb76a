import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { composeDown, composeFile, composePorts, composeUp } from '../../../stack/compose/compose.ts';
import { stackLayout } from '../../../stack/layout.ts';
import { defaultPortBase, portPlan } from '../../../stack/ports.ts';
import { searchAttributes } from '../../../stack/readiness/temporal.ts';
import { serverNames } from '../../../stack/servers/server.ts';
import { versions } from '../../../stack/versions.ts';
import { fakeDocker } from './fake-docker.ts';
import { useTemporaryCache } from './temporary-cache.ts';

const cache = useTemporaryCache();
const file = readFileSync(composeFile, 'utf8');
const services = new Map(
  [...file.matchAll(/^ {2}(\w+):\n((?: {4}.*\n|\n)+)/gm)].map(([, name, body]) => [name, body ?? '']),
);

test('there is a service for each server', () => {
  expect([...services.keys()]).toEqual([...serverNames]);
});

test.each([
  ['temporal', `temporalio/temporal:${versions.temporal}`],
  ['kafka', `apache/kafka:${versions.kafka}`],
  ['timescaledb', `timescale/timescaledb:${versions.timescaledb}-pg${versions.postgres}-oss`],
  ['redis', `redis:${versions.redis}`],
  ['mlflow', `ghcr.io/mlflow/mlflow:v${versions.mlflow}`],
])('%s has the version of the native stack', (name, image) => {
  expect(services.get(name)).toContain(`image: ${image}\n`);
});

test.each([...serverNames])('%s has a health check and stores its data in a volume', (name) => {
  expect(services.get(name)).toMatch(/healthcheck:\n\s+<<: \*often\n(\s+#.*\n)?\s+test:/);
  expect(services.get(name)).toContain(`- ${name}:/`);
});

test('ports are bound to this machine only, and default to those of the native stack', () => {
  const published = [...file.matchAll(/- (\S*):\$\{(\w+):-(\d+)\}:(\S+)$/gm)];
  expect(published.map(([, address]) => address)).toEqual(published.map(() => '127.0.0.1'));
  const defaults = Object.fromEntries(published.map(([, , variable, port]) => [variable ?? '', port]));
  expect(defaults).toEqual(composePorts(portPlan(defaultPortBase('default'))));
});

test.each([...searchAttributes])('the search attribute %s exists from the start', (name) => {
  expect(services.get('temporal')).toContain(`--search-attribute=${name}=Keyword`);
});

test('the services start with the ports of the stack, and Docker waits for them', async () => {
  const docker = fakeDocker(cache.path());
  const run = { layout: stackLayout(), ports: portPlan(30_000), signal: new AbortController().signal };
  await composeUp(['kafka', 'redis'], run);
  await composeDown(run);
  const common = `compose --project-name asof-default --file ${composeFile}`;
  expect(docker.calls()).toEqual([
    `${common} up --detach --wait kafka redis [kafka port 30002]`,
    `${common} down [kafka port 30002]`,
  ]);
});

test('the error contains the output of a failed Docker command', async () => {
  fakeDocker(cache.path(), 'echo "port is already allocated" >&2; exit 1');
  const run = { layout: stackLayout(), ports: portPlan(30_000), signal: new AbortController().signal };
  await expect(composeUp(['redis'], run)).rejects.toThrow('port is already allocated');
});
