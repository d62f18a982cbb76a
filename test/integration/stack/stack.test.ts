import { once } from 'node:events';
import { appendFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { Redis } from 'ioredis';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  stackDown,
  stackEnvironment,
  stackStatus,
  stackUp,
  startBackground,
  stopBackground,
  withoutLogin,
} from '../../../stack/index.ts';
import { stackLayout } from '../../../stack/layout.ts';
import { portBase, portPlan } from '../../../stack/ports.ts';
import { familyOf } from '../../../stack/processes/family.ts';
import { listRecords } from '../../../stack/processes/record.ts';
import { processTable } from '../../../stack/processes/table.ts';
import { serverVariables } from '../../../stack/servers/server.ts';
import { findOnPath } from '../../../stack/software/tool.ts';
import { eventually } from '../../support/expectations/eventually.ts';

/** The two servers that start fastest stand for all five. */
const servers = ['timescaledb', 'redis'] as const;
const lines: string[] = [];

beforeAll(() => {
  for (const variable of [...serverVariables, 'ASOF_PORT_BASE']) delete process.env[variable];
  process.env.ASOF_STACK = 'stack-test';
  process.env.ASOF_STACK_WITH = 'native';
});

afterAll(async () => {
  await stackDown({ progress });
  rmSync(dirname(stackLayout().run), { recursive: true, force: true });
});

describe.skipIf(findOnPath('apt-get') === undefined)('the native stack', { timeout: 60_000 }, () => {
  test('the native stack starts servers of the right kind', async () => {
    const environment = await up();
    const { timescaledb } = portPlan(portBase('stack-test'));
    expect(withoutLogin(environment.DATABASE_URL)).toBe(`postgres://127.0.0.1:${timescaledb}/asof`);
    expect(await query("select extname from pg_extension where extname = 'timescaledb'")).toHaveLength(1);
    expect(await query('show synchronous_commit')).toEqual([{ synchronous_commit: 'on' }]);
    expect(await inRedis((redis) => redis.ping())).toBe('PONG');
  });

  test('a second start finds the same processes', async () => {
    const before = processes();
    await up();
    expect(processes()).toEqual(before);
    expect(lines.filter((line) => line.includes('already running'))).toHaveLength(2);
  });

  test('confirmed writes survive a crash of all servers', async () => {
    await query('create table kept as select 42 as answer');
    await inRedis((redis) => redis.set('kept', '42'));
    await inRedis((redis) => redis.multi().set('one', '1').set('other', '2').exec());
    await inRedis((redis) => redis.eval("redis.call('SET', 'by', 'a'); redis.call('SET', 'script', 'b')", 0));
    const crashed = processes();
    for (const pid of Object.values(crashed)) process.kill(pid, 'SIGKILL');
    const isLeft = () => processTable().some(({ pid }) => Object.values(crashed).includes(pid));
    await eventually('the end of all servers', () => Promise.resolve(!isLeft()));
    await up();
    expect(await query('select answer from kept')).toEqual([{ answer: 42 }]);
    const keys = ['kept', 'one', 'other', 'by', 'script'];
    expect(await inRedis((redis) => redis.mget(keys))).toEqual(['42', '1', '2', 'a', 'b']);
    for (const name of servers) expect(processes()[name]).not.toBe(crashed[name]);
  });

  test('a background process is listed until it is stopped', async () => {
    await startBackground({ name: 'worker', command: 'sh', args: ['-c', 'echo working; sleep 600 & wait'] });
    expect((await stackStatus()).background).toMatchObject([{ name: 'worker', state: 'running' }]);
    await stopBackground('worker');
    expect((await stackStatus()).background).toEqual([]);
    await startBackground({ name: 'worker', command: 'sleep', args: ['600'] });
  });

  test('stackDown leaves no process behind, background processes included', async () => {
    const families = listRecords(stackLayout().run).map((record) => familyOf(record, processTable()));
    const pids = families.flat().map(({ pid }) => pid);
    expect(pids.length).toBeGreaterThan(5);
    await stackDown({ progress });
    expect(processTable().filter(({ pid }) => pids.includes(pid))).toEqual([]);
    expect(stackEnvironment()).toEqual({});
    const { servers: after, background } = await stackStatus();
    expect(new Set(after.map(({ state }) => state))).toEqual(new Set(['stopped']));
    expect(background).toEqual([]);
  });

  test('a taken port gives a clear error before any server starts', async () => {
    const { redis: port } = portPlan(portBase('stack-test'));
    const squatter = createServer().listen(port, '127.0.0.1');
    await once(squatter, 'listening');
    await expect(up()).rejects.toMatchObject({
      code: 'ASOF_STACK_PORT_TAKEN',
      message: expect.stringContaining(
        `Port ${port} of redis (Redis) is taken by pid ${process.pid}`,
      ) as unknown,
    });
    expect(processes()).toEqual({});
    squatter.close();
    await once(squatter, 'close');
  });

  test('a server that cannot start fails at once, and the error has the end of its log', async () => {
    const settings = join(stackLayout().data, 'timescaledb', 'cluster', 'postgresql.auto.conf');
    appendFileSync(settings, "no_such_setting = 'on'\n");
    await expect(up()).rejects.toMatchObject({
      code: 'ASOF_STACK_SERVER_FAILED',
      message: expect.stringMatching(
        /timescaledb ended while it was starting[^]*no_such_setting[^]*timescaledb\.log/,
      ) as unknown,
    });
  });

  test('an error about an unusable server that the environment names also names the variable', async () => {
    process.env.REDIS_URL = 'redis://:secret@127.0.0.1:1';
    await expect(stackUp({ progress, servers: ['redis'] })).rejects.toMatchObject({
      code: 'ASOF_STACK_SERVER_FAILED',
      message: expect.stringMatching(
        /^REDIS_URL names redis:\/\/:\*\*\*@127\.0\.0\.1:1, which is not usable/,
      ) as unknown,
    });
    delete process.env.REDIS_URL;
  });
});

function progress(line: string): void {
  lines.push(line);
}

function up() {
  return stackUp({ progress, servers });
}

function processes(): Record<string, number> {
  return Object.fromEntries(listRecords(stackLayout().run).map(({ name, pid }) => [name, pid]));
}

async function query(text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: stackEnvironment().DATABASE_URL });
  await client.connect();
  const { rows } = await client.query<Record<string, unknown>>(text).finally(() => client.end());
  return rows;
}

async function inRedis<T>(action: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(stackEnvironment().REDIS_URL ?? '');
  return action(redis).finally(() => redis.disconnect());
}
