import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stackLayout } from '../../../stack/layout.ts';
import { run } from '../../../stack/processes/run.ts';
import { reporterFor } from '../../../stack/progress.ts';
import { unprivilegedAccount } from '../../../stack/servers/account.ts';
import { debianSoftware } from '../../../stack/software/debian/index.ts';
import { debianMirror } from '../../../stack/software/debian/mirror.ts';
import { useOwnLibraries } from '../../../stack/software/debian/patch-elf.ts';
import { downloadPackages } from '../../../stack/software/debian/private-apt.ts';
import { type Build, type Software, install } from '../../../stack/software/software.ts';
import { debianRelease } from '../../../stack/versions.ts';
import { eventually } from '../expectations/eventually.ts';
import { freePorts } from './own-broker.ts';

/** How PgBouncer hands sessions to its clients. */
export interface PoolerMode {
  readonly mode: 'session' | 'transaction' | 'statement';
  /** Whether it takes the session that rested longest, instead of the one that was used last. */
  readonly roundRobin: boolean;
}

export interface Pooler {
  /** The URL of the same database through the pooler. */
  readonly url: string;
  close(): Promise<void>;
}

/** Starts a PgBouncer before the database that a URL names. */
export async function openPgBouncer(databaseUrl: string, { mode, roundRobin }: PoolerMode): Promise<Pooler> {
  const program = join(await installed(), 'usr/sbin/pgbouncer');
  const folder = mkdtempSync(join(tmpdir(), 'asof-pgbouncer-'));
  const [port] = await freePorts(1);
  const { hostname, port: serverPort, username, password, pathname } = new URL(databaseUrl);
  const users = join(folder, 'users.txt');
  writeFileSync(users, `"${username}" "${password}"\n`);
  const settings = join(folder, 'pgbouncer.ini');
  writeFileSync(
    settings,
    `[databases]
${pathname.slice(1)} = host=${hostname} port=${serverPort}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = trust
auth_file = ${users}
pool_mode = ${mode}
server_round_robin = ${Number(roundRobin)}
default_pool_size = 20
min_pool_size = ${roundRobin ? 2 : 0}
`,
  );
  const account = await unprivilegedAccount();
  await account.takeOver(folder, program);
  const { command, args } = account.wrap({ command: program, args: ['--quiet', settings] });
  const running = spawn(command, args, { stdio: 'ignore' });
  const url = new URL(databaseUrl);
  url.hostname = '127.0.0.1';
  url.port = String(port);
  await eventually('PgBouncer to listen', () => isListening(port!));
  return {
    url: url.href,
    async close() {
      const exited = once(running, 'exit');
      running.kill('SIGKILL');
      await exited;
      rmSync(folder, { recursive: true });
    },
  };
}

async function installed(): Promise<string> {
  const reporter = reporterFor('pgbouncer', () => {});
  return install(stackLayout(), pgBouncer, { reporter, signal: new AbortController().signal });
}

/** Debian's package, unpacked beside the servers of the native stack. */
const pgBouncer: Software = {
  folder: `debian-${debianRelease}-pgbouncer`,
  how: "fetching Debian's package of PgBouncer",
  tools: debianSoftware.tools,
  async build({ folder, destination, ...rest }: Build) {
    const options = { ...rest, cwd: folder };
    const root = join(folder, 'apt');
    const packages = ['pgbouncer', 'patchelf'];
    const archives = await downloadPackages(packages, { ...options, root, mirror: await debianMirror() });
    for (const archive of archives) await run('dpkg-deb', ['--extract', archive, folder], options);
    await useOwnLibraries(folder, { ...options, finalTree: destination, folders: ['usr/sbin'] });
    rmSync(root, { recursive: true });
  },
};

async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
