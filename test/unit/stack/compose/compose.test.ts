import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { composeDown, composeFile, composePorts, composeUp } from '../../../../stack/compose/compose.ts';
import { stackLayout } from '../../../../stack/layout.ts';
import { defaultPortBase, portPlan } from '../../../../stack/ports.ts';
import { searchAttributes } from '../../../../stack/readiness/temporal.ts';
import { type StackSecrets, secretNames } from '../../../../stack/secrets.ts';
import { loginStatements } from '../../../../stack/servers/postgres/logins.ts';
import { serverNames } from '../../../../stack/servers/server.ts';
import { versions } from '../../../../stack/versions.ts';
import { fakeDocker } from '../fake-docker.ts';
import { someSecrets } from '../some-secrets.ts';
import { useTemporaryCache } from '../temporary-cache.ts';

const cache = useTemporaryCache();
const file = readFileSync(composeFile, 'utf8');
const startFolder = join(dirname(composeFile), 'stack/compose/start');
const services = new Map(
  [...file.split(/^secrets:$/m)[0]!.matchAll(/^ {2}(\w+):\n((?: {4}.*\n|\n)+)/gm)].map(([, name, body]) => [
    name,
    body ?? '',
  ]),
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
  const run = composeRun();
  await composeUp(['kafka', 'redis'], run);
  await composeDown(run);
  const common = `compose --project-name asof-default --file ${composeFile}`;
  expect(docker.calls()).toEqual([
    `${common} up --detach --wait kafka redis [kafka port 30002]`,
    `${common} down [kafka port 30002]`,
  ]);
});

test('the passwords reach Docker by the environment, and no command line has one', async () => {
  const docker = fakeDocker(cache.path(), 'env >&2; exit 1');
  await expect(composeUp(['redis'], composeRun())).rejects.toThrow();
  const log = readFileSync(join(stackLayout().logs, 'docker-compose.log'), 'utf8');
  for (const [name, secret] of Object.entries(someSecrets)) {
    expect(log).toContain(`${name}=${secret}`);
    expect(docker.calls().join()).not.toContain(secret);
  }
});

test('other passwords replace the containers that have them, since a label has a fingerprint', async () => {
  const docker = fakeDocker(
    cache.path(),
    `echo "label $ASOF_PASSWORDS_FINGERPRINT" >> '${cache.path()}/docker-calls'`,
  );
  const run = composeRun();
  const other = { ...run, secrets: { ...someSecrets, ASOF_REDIS_PASSWORD: 'another-password-of-asof' } };
  for (const each of [run, run, other]) await composeUp(['redis'], each);
  const labels = docker.calls().filter((line) => line.startsWith('label '));
  expect(labels[0]).toMatch(/^label [0-9a-f]{64}$/);
  expect(labels[1]).toBe(labels[0]);
  expect(labels[2]).not.toBe(labels[0]);
  expect(file).toContain('&secret\n  asof.passwords: ${ASOF_PASSWORDS_FINGERPRINT:-}\n');
  const labelled = [...services].filter(([, body]) => body.includes('    labels: *secret\n'));
  expect(labelled.map(([name]) => name)).toEqual(['timescaledb', 'redis']);
});

test('Postgres and Redis get the passwords as secrets, and nowhere else', () => {
  const used = [...services].flatMap(([name, body]) =>
    [...body.matchAll(/ASOF_\w+_PASSWORD/g)].map(([secret]) => `${name} ${secret}`),
  );
  expect(new Set(used)).toEqual(
    new Set([
      'timescaledb ASOF_POSTGRES_ADMINISTRATOR_PASSWORD',
      'timescaledb ASOF_POSTGRES_PASSWORD',
      'redis ASOF_REDIS_PASSWORD',
    ]),
  );
  const declared = [...file.matchAll(/^ {2}(\w+):\n {4}environment: (\w+)$/gm)];
  expect(declared.map(([, name, variable]) => [name, variable])).toEqual(
    secretNames.map((name) => [name, name]),
  );
});

test('every file that a container reads is there', () => {
  const mounted = [...file.matchAll(/- (\.\/\S+?):(\/\S+):ro,z$/gm)];
  expect(mounted.length).toBe(4);
  for (const [, path] of mounted) expect(existsSync(join(dirname(composeFile), path!)), path).toBe(true);
});

test('Postgres lets nobody in without a password, also on its socket in the container', () => {
  expect(services.get('timescaledb')).toContain('-chba_file=/run/asof/pg_hba.conf');
  const rules = readFileSync(join(startFolder, 'pg_hba.conf'), 'utf8').trim().split('\n');
  expect(rules.map((rule) => rule.split(' ').at(-1))).toEqual(['scram-sha-256', 'scram-sha-256']);
});

describe('what the containers start with', () => {
  test.each(readdirSync(startFolder).filter((name) => name.endsWith('.sh')))('has no slip in %s', (name) => {
    expect(() => execFileSync('bash', ['-n', join(startFolder, name)], { stdio: 'pipe' })).not.toThrow();
  });

  test('has the same logins of Postgres as the native stack', () => {
    expect(withPasswordsInContainer('../../servers/postgres/logins.sql', someSecrets)).toBe(
      `${loginStatements(someSecrets).trimEnd()}\n\n`,
    );
  });

  test('has the only user of Redis', () => {
    const users = withPasswordsInContainer('../../servers/redis/users.acl', someSecrets);
    expect(users).toContain(
      `user default off resetpass ~* &* +@all\nuser asof on >${someSecrets.ASOF_REDIS_PASSWORD} `,
    );
    expect(users).not.toContain('${');
  });

  test('is nothing where a password is missing or could mean something else', () => {
    for (const password of ['', "'; DROP", 'short', '$(id) and some more letters'])
      expect(() =>
        withPasswordsInContainer('../../servers/redis/users.acl', {
          ...someSecrets,
          ASOF_REDIS_PASSWORD: password,
        }),
      ).toThrow('ASOF_REDIS_PASSWORD needs 16 to 128');
  });
});

test('the error contains the output of a failed Docker command', async () => {
  fakeDocker(cache.path(), 'echo "port is already allocated" >&2; exit 1');
  await expect(composeUp(['redis'], composeRun())).rejects.toThrow('port is already allocated');
});

function withPasswordsInContainer(path: string, secrets: StackSecrets): string {
  for (const [name, secret] of Object.entries(secrets)) writeFileSync(join(cache.path(), name), secret);
  const script = join(startFolder, 'with-passwords.sh');
  return execFileSync('bash', [script, join(startFolder, path), cache.path()], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

function composeRun() {
  return {
    layout: stackLayout(),
    ports: portPlan(30_000),
    secrets: someSecrets,
    signal: new AbortController().signal,
  };
}
