import { chmodSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { askRedis } from '../../../adapters/redis/ask-redis.ts';
import { askPostgres } from '../../../db/sql/server/ask-postgres.ts';
import { administratorUrl, stackDown, stackEnvironment, stackUp } from '../../../stack/index.ts';
import { stackLayout } from '../../../stack/layout.ts';
import { portBase, portPlan } from '../../../stack/ports.ts';
import { run } from '../../../stack/processes/run.ts';
import { spawnDetached } from '../../../stack/processes/spawn.ts';
import { waitUntilReady } from '../../../stack/processes/wait-until-ready.ts';
import { reporterFor } from '../../../stack/progress.ts';
import { type Account, unprivilegedAccount } from '../../../stack/servers/account.ts';
import type { Command } from '../../../stack/servers/command.ts';
import { serverVariables } from '../../../stack/servers/server.ts';
import { debianSoftware, postgresProgram, redisProgram } from '../../../stack/software/debian/index.ts';
import { install } from '../../../stack/software/software.ts';
import { findOnPath } from '../../../stack/software/tool.ts';

const STACK = 'moved-test';
const { signal } = new AbortController();
const progress = (): void => {};
/** Older stacks are made of Debian's packages. */
const canInstall = findOnPath('apt-get') !== undefined;

beforeAll(() => {
  for (const variable of [...serverVariables, 'ASOF_PORT_BASE']) delete process.env[variable];
  process.env.ASOF_STACK = STACK;
  process.env.ASOF_STACK_WITH = 'native';
});

afterAll(async () => {
  await stackDown({ progress });
  rmSync(stackLayout().own, { recursive: true, force: true });
});

test.runIf(canInstall)(
  'a stack that runs without passwords gets them, keeps its data, and Asof owns what its superuser made',
  async () => {
    const old = await startWithoutPasswords();
    for (const name of ['asof', 'shop']) await makeAsSuperuser(`${old.postgres}/${name}`);
    const redis = new Redis(old.redis);
    await redis.set('kept', 'yes');
    redis.disconnect();

    await stackUp({ progress, servers: ['timescaledb', 'redis'] });

    const url = stackEnvironment().DATABASE_URL!;
    await expect(askPostgres(`${old.postgres}/asof`)).rejects.toThrow(/password/);
    await expect(askRedis(old.redis)).rejects.toThrow(/NOAUTH/);
    expect(await valueOf('kept')).toBe('yes');
    expect(await query(administratorUrl()!, 'SELECT rolname FROM pg_roles WHERE rolsuper')).toEqual([
      { rolname: 'asof_administrator' },
    ]);
    for (const name of ['asof', 'shop']) await changeAsOwner(url.replace(/asof$/, name));
    expect(statSync(stackLayout().own).mode & 0o777 & ~0o011).toBe(0o700);
    expect(statSync(join(stackLayout().data, 'note')).mode & 0o777).toBe(0o600);

    await stackDown({ progress });
    await stackUp({ progress, servers: ['timescaledb'] });
    expect(stackEnvironment().DATABASE_URL).toBe(url);
    expect(await query(url, 'SELECT count(*)::int AS rows FROM made."odd ""name"')).toEqual([{ rows: 2 }]);
  },
);

test.runIf(canInstall)('a stack whose passwords were removed gets others, and keeps its data', async () => {
  const before = stackEnvironment().DATABASE_URL!;
  rmSync(stackLayout().secrets);
  await stackUp({ progress, servers: ['timescaledb', 'redis'] });
  await expect(askPostgres(before)).rejects.toThrow(/password/);
  const rows = await query(stackEnvironment().DATABASE_URL!, 'SELECT count(*)::int AS rows FROM made.plain');
  expect(rows).toEqual([{ rows: 2 }]);
  expect(await valueOf('kept')).toBe('yes');
});

/** What an older version did: the superuser `asof` is trusted, and the files are readable. */
async function startWithoutPasswords(): Promise<{ postgres: string; redis: string }> {
  const { own, data, logs } = stackLayout();
  const reporter = reporterFor('timescaledb', progress);
  const software = await install(stackLayout(), debianSoftware, { reporter, signal });
  const account = await unprivilegedAccount();
  const ports = portPlan(portBase(STACK));
  for (const folder of [own, data, logs, join(data, 'timescaledb'), join(data, 'redis')]) {
    mkdirSync(folder, { recursive: true });
    chmodSync(folder, 0o755);
  }
  writeFileSync(join(data, 'note'), '', { mode: 0o644 });
  const cluster = join(data, 'timescaledb', 'cluster');
  await makeCluster({ software, account, cluster });
  const options = {
    shared_preload_libraries: 'timescaledb',
    unix_socket_directories: '',
    port: ports.timescaledb,
  };
  const postgres = account.wrap({
    command: postgresProgram(software, 'postgres'),
    args: ['-D', cluster, ...Object.entries(options).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
  });
  const urls = {
    postgres: `postgres://asof@127.0.0.1:${ports.timescaledb}`,
    redis: `redis://127.0.0.1:${ports.redis}`,
  };
  await start('timescaledb', postgres, () => askPostgres(`${urls.postgres}/asof`));
  const redis = ['--bind', '127.0.0.1', '--port', String(ports.redis), '--appendonly', 'yes', '--save', ''];
  await start('redis', { command: redisProgram(software), args: redis }, () => askRedis(urls.redis));
  return urls;
}

async function makeCluster(place: { software: string; account: Account; cluster: string }): Promise<void> {
  const { software, account, cluster } = place;
  const options = { cwd: stackLayout().data, log: join(stackLayout().logs, 'older.log'), signal };
  const initdb = postgresProgram(software, 'initdb');
  await account.takeOver(join(cluster, '..'), initdb);
  const args = ['--pgdata', cluster, '--encoding', 'UTF8', '--username', 'asof', '--auth', 'trust'];
  const { command, args: wrapped } = account.wrap({ command: initdb, args });
  await run(command, wrapped, options);
  const single = account.wrap({
    command: postgresProgram(software, 'postgres'),
    args: ['--single', '-D', cluster, 'template1'],
  });
  await run(single.command, single.args, {
    ...options,
    input: 'create database asof\ncreate database shop\n',
  });
}

async function start(name: string, command: Command, ask: () => Promise<void>): Promise<void> {
  const { run: runs, data, logs } = stackLayout();
  const record = await spawnDetached(runs, {
    name,
    kind: 'server',
    ...command,
    env: process.env,
    cwd: join(data, name),
    log: join(logs, `${name}.log`),
    settings: 'older',
    stopSignal: 'SIGINT',
  });
  await waitUntilReady(record, { ask, withinMs: 30_000, signal });
}

async function makeAsSuperuser(url: string): Promise<void> {
  await query(
    url,
    `CREATE EXTENSION IF NOT EXISTS timescaledb;
     CREATE SCHEMA made;
     CREATE TABLE made."odd ""name" (at timestamptz NOT NULL, value int);
     SELECT create_hypertable('made."odd ""name"', 'at', chunk_time_interval => interval '1 day');
     INSERT INTO made."odd ""name" VALUES ('2026-01-01', 1), ('2026-01-05', 2);
     CREATE TYPE made.mood AS ENUM ('good');
     CREATE DOMAIN made.amount AS numeric;
     CREATE TYPE made.pair AS (one int, other int);
     CREATE TABLE made.plain (id serial PRIMARY KEY, identity int GENERATED ALWAYS AS IDENTITY, mood made.mood);
     INSERT INTO made.plain (mood) VALUES ('good'), ('good');
     CREATE SEQUENCE made.counter;
     CREATE VIEW made.view AS SELECT * FROM made.plain;
     CREATE FUNCTION made.twice(number int) RETURNS int LANGUAGE sql AS 'SELECT number * 2';
     CREATE TABLE in_public (value int)`,
  );
}

/** Each of these takes the owner. */
async function changeAsOwner(url: string): Promise<void> {
  await query(
    url,
    `INSERT INTO made."odd ""name" VALUES ('2026-02-01', 3);
     SELECT drop_chunks('made."odd ""name"', TIMESTAMPTZ '2026-01-03');
     ALTER TABLE made."odd ""name" ADD COLUMN more int;
     ALTER TYPE made.mood ADD VALUE 'bad';
     ALTER DOMAIN made.amount ADD CHECK (VALUE > 0);
     ALTER TYPE made.pair ADD ATTRIBUTE third int;
     ALTER TABLE made.plain ADD COLUMN more int;
     ALTER SEQUENCE made.plain_id_seq RESTART 100;
     ALTER SEQUENCE made.counter RESTART 100;
     ALTER VIEW made.view RENAME COLUMN mood TO temper;
     ALTER FUNCTION made.twice(int) RENAME TO doubled;
     ALTER TABLE in_public ADD COLUMN more int;
     CREATE SCHEMA more`,
  );
}

async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  const { rows } = await client.query<Record<string, unknown>>(text).finally(() => client.end());
  return rows;
}

async function valueOf(key: string): Promise<string | null> {
  const redis = new Redis(stackEnvironment().REDIS_URL!);
  return redis.get(key).finally(() => redis.disconnect());
}
