import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { composeFile } from '../../../../stack/compose/compose.ts';
import { loginStatements } from '../../../../stack/servers/postgres/logins.ts';
import { someSecrets } from '../some-secrets.ts';
import { useTemporaryCache } from '../temporary-cache.ts';

const cache = useTemporaryCache();
const stack = join(dirname(composeFile), 'stack');
const first = 'docker-entrypoint-initdb.d/zz-asof.sh';

/** What the image and the system have, and what each of them notes down. */
const programs = {
  'docker-entrypoint.sh': 'echo "$@" > $ROOT/started; env > $ROOT/environment',
  chown: 'echo "$@" >> $ROOT/owned',
  su: 'sh -c "$4"',
  postgres: 'cat > $ROOT/said; echo "$@" > $ROOT/single',
  psql: 'for last; do :; done; cat ${last#--file=} > $ROOT/said',
};

beforeEach(() => {
  for (const folder of ['bin', 'run/secrets', 'data', 'docker-entrypoint-initdb.d', 'asof'])
    mkdirSync(inContainer(folder), { recursive: true });
  for (const [name, script] of Object.entries(programs)) {
    writeFileSync(inContainer('bin', name), `#!/bin/sh\nROOT=${cache.path()}\n${script}\n`);
    chmodSync(inContainer('bin', name), 0o755);
  }
  for (const [name, secret] of Object.entries(someSecrets))
    writeFileSync(inContainer('run/secrets', name), secret, { mode: 0o440 });
  cpSync(join(stack, 'compose/start'), inContainer('asof/start'), { recursive: true });
  for (const name of readdirSync(inContainer('asof/start'))) {
    const path = inContainer('asof/start', name);
    const script = readFileSync(path, 'utf8');
    writeFileSync(path, script.replaceAll(/(?<=[ ="<>-])\/(?=(asof|run|docker-)\b)/g, `${cache.path()}/`));
    chmodSync(path, 0o600);
  }
  cpSync(join(stack, 'servers/postgres/logins.sql'), inContainer('asof/logins.sql'));
  cpSync(join(stack, 'servers/redis/users.acl'), inContainer('asof/users.acl'));
});

test('Redis reads a file of its own in a folder of its own, and starts again', () => {
  for (const _ of ['first', 'again']) starts('redis.sh', 'redis-server');
  expect(content('started')).toBe('redis-server\n');
  expect(content('run/asof/users.acl')).toContain(someSecrets.ASOF_REDIS_PASSWORD);
  expect(content('owned')).toBe(`-R redis ${inContainer('run/asof')}\n`.repeat(2));
  expect(statSync(inContainer('run/asof')).mode & 0o777).toBe(0o700);
});

test('a new Postgres gets its logins from the image, and then has no file of them', () => {
  starts('timescaledb.sh', 'postgres');
  expect(content('owned')).toBe(`-R postgres ${inContainer('run/asof')}\npostgres ${inContainer(first)}\n`);
  execFileSync(inContainer(first), { env: environment(), stdio: 'pipe' });
  expect(content('said').trim()).toBe(loginStatements(someSecrets).trim());
  expect(readdirSync(inContainer('run/asof'))).toEqual(['pg_hba.conf']);
});

test('a Postgres that has data gets its logins before it listens, at each start', () => {
  writeFileSync(inContainer('data/PG_VERSION'), '17');
  for (const _ of ['first', 'again']) {
    starts('timescaledb.sh', 'postgres');
    expect(content('said').trim()).toBe(loginStatements(someSecrets).trim());
    expect(content('single')).toMatch(/^--single .*template1\n$/);
    expect(readdirSync(inContainer('run/asof'))).toEqual(['pg_hba.conf']);
    expect(existsSync(inContainer(first))).toBe(false);
  }
});

test.each([
  ['a new Postgres', 'timescaledb.sh', false],
  ['a Postgres that has data', 'timescaledb.sh', true],
  ['Redis', 'redis.sh', false],
])('the environment of %s has no password of the stack', (_server, script, hasData) => {
  if (hasData) writeFileSync(inContainer('data/PG_VERSION'), '17');
  starts(script, 'server');
  for (const secret of Object.values(someSecrets)) expect(content('environment')).not.toContain(secret);
  const temporary = /^POSTGRES_PASSWORD=[\w+/]{24}$/m;
  expect(temporary.test(content('environment'))).toBe(script === 'timescaledb.sh' && !hasData);
});

function starts(script: string, server: string): void {
  execFileSync('bash', [inContainer('asof/start', script), server], { env: environment(), stdio: 'pipe' });
}

function environment(): NodeJS.ProcessEnv {
  return {
    PATH: `${inContainer('bin')}:${process.env.PATH}`,
    PGDATA: inContainer('data'),
    POSTGRES_USER: 'asof_administrator',
  };
}

function inContainer(...path: string[]): string {
  return join(cache.path(), ...path);
}

function content(path: string): string {
  return readFileSync(inContainer(path), 'utf8');
}
