import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Progress } from '../../../stack/progress.ts';
import { lockFingerprint } from '../../../stack/software/locks/index.ts';
import { buildEnvironment, pythonBinary, uvLock } from '../../../stack/software/python.ts';
import type { Software } from '../../../stack/software/software.ts';
import { installRival } from '../../rivals.ts';
import type { SideFigures, SideFiles } from '../side-files.ts';
import { TABLES } from '../tables.ts';

const lock = join(import.meta.dirname, 'feast.txt');
const script = join(import.meta.dirname, 'feast_side.py');

const feastSoftware: Software = {
  folder: `feast-${lockFingerprint(uvLock, lock)}`,
  how: 'fetching Feast with uv',
  tools: [],
  build: (build) =>
    buildEnvironment(
      build,
      lock,
      'import feast.infra.offline_stores.contrib.postgres_offline_store.postgres',
    ),
};

/** Installs Feast into `~/.cache/asof/bench` unless it is installed. Resolves to its Python. */
export async function installFeast(progress: Progress, signal: AbortSignal): Promise<string> {
  return pythonBinary(await installRival('feast', feastSoftware, { progress, signal }));
}

/** Has Feast join the spine with the tables of the database, in a process of its own. */
export async function joinByFeast(python: string, url: string, files: SideFiles): Promise<SideFigures> {
  const tables = TABLES.map(({ name, features }) => ({
    name,
    features: Object.fromEntries(Object.entries(features).map(([feature, [type]]) => [feature, type])),
  }));
  const child = spawn(python, [script], { stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.on('error', () => {}).end(JSON.stringify({ ...files, postgres: postgresOf(url), tables }));
  const [answer, complaint] = await Promise.all([text(child.stdout), text(child.stderr)]);
  if (answer === '') throw new Error(`Feast ended without an answer. It said:\n${complaint}`);
  return JSON.parse(answer) as SideFigures;
}

/** The database in the settings of Feast, which takes no URL. */
function postgresOf(url: string): object {
  const { hostname, port, pathname, username, password, searchParams } = new URL(url);
  return {
    host: hostname,
    port: Number(port || 5432),
    database: pathname.slice(1),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    sslmode: searchParams.get('sslmode') ?? 'prefer',
  };
}
