import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Redis } from 'ioredis';
import pg from 'pg';
import { beforeAll, describe, expect, test } from 'vitest';
import { foreignServers } from '../../../config/foreign-servers.ts';
import { administratorUrl, stackEnvironment, stackStatus } from '../../../stack/index.ts';
import { stackLayout } from '../../../stack/layout.ts';
import { familyOf } from '../../../stack/processes/family.ts';
import { listRecords } from '../../../stack/processes/record.ts';
import { processTable } from '../../../stack/processes/table.ts';
import { readSecrets } from '../../../stack/secrets.ts';
import { serverNames } from '../../../stack/servers/server.ts';
import { readState } from '../../../stack/state.ts';
import { isRoot, triedByAnotherUser } from '../../support/servers/another-user.ts';
import { runAsof } from '../../support/servers/asof.ts';

const started = readState(stackLayout().run)?.servers ?? {};
/** Containers keep their files and processes to themselves. */
const isNative = serverNames.every((name) => started[name]?.source === 'native');
/** Servers that the environment names have logins of their own. */
const hasLogins = foreignServers().length === 0 && started.timescaledb && started.redis;

let files: string[];
let secrets: string[];

beforeAll(() => {
  // What the demo writes there are files of its user, as in any other place.
  const ofTheDemo = join(stackLayout().data, 'demo');
  files = allBelow(stackLayout().own).filter((path) => !path.startsWith(ofTheDemo));
  secrets = Object.values(readSecrets(stackLayout().secrets)!);
});

describe.runIf(isNative)('the files of a native stack', () => {
  test('all are closed to others by their modes', () => {
    expect(files.length).toBeGreaterThan(100);
    expect(files.filter((path) => isOpen(path))).toEqual([]);
  });

  test.runIf(isRoot)('another user of the machine can read, list, change and make none', async () => {
    const open = mkdtempSync(join(tmpdir(), 'asof-open-'));
    const readable = join(open, 'readable');
    writeFileSync(readable, '', { mode: 0o644 });
    chmodSync(open, 0o755);
    try {
      expect(await triedByAnotherUser([readable])).toEqual([`reads ${readable}`]);
      expect(await triedByAnotherUser(files)).toEqual([]);
    } finally {
      rmSync(open, { recursive: true });
    }
  });

  test('none but the file of the passwords has one of them', () => {
    const { secrets: file, logs, run, data } = stackLayout();
    const plain = files.filter(
      (path) => path !== file && ([logs, run].includes(dirname(path)) || dirname(dirname(path)) === data),
    );
    expect(plain.length).toBeGreaterThan(10);
    expect(plain.filter((path) => holdsSecret(path))).toEqual([]);
  });
});

test.runIf(isNative)('no command line and no environment of a native server has a password', () => {
  const table = processTable();
  const servers = listRecords(stackLayout().run).filter(({ kind }) => kind === 'server');
  const pids = servers.flatMap((record) => familyOf(record, table)).map(({ pid }) => pid);
  const shown = pids.flatMap((pid) => [`/proc/${pid}/cmdline`, `/proc/${pid}/environ`]);
  expect(shown.filter((path) => holdsSecret(path))).toEqual([]);
});

test.runIf(hasLogins)(
  '`stack status` and the progress of `stack up` print no password, `stack env` prints what connects',
  async () => {
    const status = await runAsof(['stack', 'status', '--json'], process.env);
    const up = await runAsof(['stack', 'up'], process.env);
    const printed = [
      JSON.stringify(await stackStatus()),
      ...[status, up].flatMap((run) => [run.stdout, run.stderr]),
    ];
    expect(printed.filter((text) => hasSecret(text))).toEqual([]);
    expect(up.stdout).toContain('DATABASE_URL=postgres://127.0.0.1:');
    const { stdout } = await runAsof(['stack', 'env'], process.env);
    const shown = (variable: string) => new RegExp(`^${variable}=(.*)$`, 'm').exec(stdout)![1]!;
    expect(await answer(shown('DATABASE_URL'), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(await inRedis(shown('REDIS_URL'), (redis) => redis.ping())).toBe('PONG');
  },
);

describe.runIf(hasLogins)('Postgres', () => {
  test('lets in no role without its password', async () => {
    const roles = await answer(administratorUrl()!, 'SELECT rolname AS name FROM pg_roles');
    const names = [...roles.map(({ name }) => name as string), 'postgres', 'root', 'nobody'];
    const wrong = [undefined, '', 'asof', 'postgres', 'password', secrets.join('')];
    const entered: string[] = [];
    for (const user of names)
      for (const password of [...wrong, user, ...secrets])
        if (await enters(user, password)) entered.push(`${user}:${secrets.indexOf(password ?? '')}`);
    expect(entered).toEqual(['asof_administrator:0', 'asof:1']);
  });

  test.runIf(isNative)('has no socket beside its port', async () => {
    const [settings] = await answer(
      administratorUrl()!,
      "SELECT current_setting('unix_socket_directories') AS sockets, current_setting('listen_addresses') AS addresses",
    );
    expect(settings).toEqual({ sockets: '', addresses: '127.0.0.1' });
    const { port } = new URL(stackEnvironment().DATABASE_URL!);
    const sockets = ['/tmp', '/var/run/postgresql'].map((folder) => join(folder, `.s.PGSQL.${port}`));
    expect(sockets.filter((path) => existsSync(path))).toEqual([]);
  });

  test('has one superuser, and it is not Asof', async () => {
    const superusers = await answer(administratorUrl()!, 'SELECT rolname FROM pg_roles WHERE rolsuper');
    expect(superusers).toEqual([{ rolname: 'asof_administrator' }]);
    expect(new URL(stackEnvironment().DATABASE_URL!).username).toBe('asof');
    const powers = await answer(
      administratorUrl()!,
      `SELECT rolname FROM pg_roles WHERE rolname LIKE 'pg\\_%' AND pg_has_role('asof', oid, 'MEMBER')
       AND rolname <> 'pg_database_owner'`,
    );
    expect(powers).toEqual([]);
  });

  test.each([
    "COPY (SELECT 1) TO PROGRAM 'id'",
    "COPY pg_temp.lines FROM PROGRAM 'id'",
    "COPY pg_temp.lines FROM '/etc/passwd'",
    "SELECT pg_read_file('/etc/passwd')",
    "SELECT pg_ls_dir('/')",
    "SELECT lo_export(lo_create(0), '/tmp/exported')",
    "SELECT lo_import('/etc/passwd')",
    'SELECT * FROM pg_authid',
    "ALTER SYSTEM SET archive_command = 'id'",
    'CREATE ROLE another SUPERUSER',
    'ALTER ROLE asof SUPERUSER',
    'ALTER ROLE asof REPLICATION',
    'ALTER ROLE asof_administrator PASSWORD NULL',
    'GRANT pg_execute_server_program TO asof',
    'GRANT asof_administrator TO asof',
    'SET ROLE asof_administrator',
    'SET SESSION AUTHORIZATION asof_administrator',
    "CREATE FUNCTION pg_temp.run() RETURNS int LANGUAGE c AS 'libc', 'system'",
    "LOAD '/tmp/library'",
    'CREATE EXTENSION adminpack',
  ])('refuses Asof: %s', async (statement) => {
    const url = stackEnvironment().DATABASE_URL!;
    const refused = answer(url, 'CREATE TEMP TABLE lines (line text)', statement);
    await expect(refused).rejects.toMatchObject({
      code: expect.stringMatching(/^(42501|0A000|58P01)$/) as unknown,
    });
  });
});

describe.runIf(hasLogins)('Redis', () => {
  test.each(['', ':@', 'default:@', 'default:redis@', 'asof:asof@', 'asof:@', 'root:root@'])(
    'lets in nobody as %j',
    async (login) => {
      const { host } = new URL(stackEnvironment().REDIS_URL!);
      await expect(inRedis(`redis://${login}${host}`, (redis) => redis.get('key'))).rejects.toThrow(
        /NOAUTH|WRONGPASS/,
      );
    },
  );

  test.each([
    ['CONFIG', 'SET', 'dir', '/tmp'],
    ['CONFIG', 'GET', 'dir'],
    ['MODULE', 'LOAD', '/tmp/library'],
    ['ACL', 'SETUSER', 'default', 'on', 'nopass', '+@all', '~*'],
    ['ACL', 'LIST'],
    ['REPLICAOF', '127.0.0.1', '1'],
    ['MIGRATE', '127.0.0.1', '1', 'key', '0', '1'],
    ['DEBUG', 'SLEEP', '0'],
    ['SAVE'],
    ['MONITOR'],
    ['SHUTDOWN'],
  ])('refuses Asof: %s %s', async (command, ...args) => {
    const refused = inRedis(stackEnvironment().REDIS_URL!, (redis) => redis.call(command, ...args));
    await expect(refused).rejects.toThrow(/NOPERM|command not allowed/);
  });
});

/** Whether the group or others can do anything with a file, or more than pass through a folder. */
function isOpen(path: string): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (!found || found.isSymbolicLink()) return false;
  return (found.mode & (found.isDirectory() ? 0o066 : 0o077)) !== 0;
}

function allBelow(folder: string): string[] {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return [folder, ...paths.map((path) => join(folder, path))];
}

function holdsSecret(path: string): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found?.isFile() === true && hasSecret(readFileSync(path, 'latin1'));
}

function hasSecret(text: string): boolean {
  return secrets.some((secret) => text.includes(secret));
}

async function enters(user: string, password: string | undefined): Promise<boolean> {
  const { port, pathname } = new URL(stackEnvironment().DATABASE_URL!);
  const client = new pg.Client({
    host: '127.0.0.1',
    port: Number(port),
    database: pathname.slice(1),
    user,
    password: password ?? (() => ''),
  });
  client.on('error', () => {});
  try {
    await client.connect();
    return true;
  } catch (error) {
    expect((error as Error).message).toMatch(/password|does not exist|not permitted to log in/);
    return false;
  } finally {
    await client.end();
  }
}

/** The rows of the last statement. */
async function answer(url: string, ...statements: string[]): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  let rows: Record<string, unknown>[] = [];
  try {
    for (const text of statements) ({ rows } = await client.query<Record<string, unknown>>(text));
    return rows;
  } finally {
    await client.end();
  }
}

async function inRedis<Answer>(url: string, action: (redis: Redis) => Promise<Answer>): Promise<Answer> {
  const redis = new Redis(url, { retryStrategy: () => null, enableReadyCheck: false });
  redis.on('error', () => {});
  try {
    return await action(redis);
  } finally {
    redis.disconnect();
  }
}
