import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { connectRedis } from '../../../adapters/redis/client.ts';
import { familyOf } from '../../../stack/processes/family.ts';
import { type ProcessEntry, processEntry, processTable } from '../../../stack/processes/table.ts';
import { eventually } from '../expectations/eventually.ts';
import type { Life } from './life.ts';

/** The 8 s in which a process that trains ends after its parent, and the time that a busy machine takes. */
const GONE_MS = 30_000;

/** Kills all processes of a life, and names what of it is left in the system. */
export async function dismissAll(life: Life): Promise<string[]> {
  const { workers, servers } = life;
  const family = [...workers.processes, ...servers.processes].flatMap(({ pid }) => familyOfPid(pid!));
  await Promise.all([workers.dismiss(), servers.dismiss()]);
  const left = (): ProcessEntry[] => family.filter(isThere);
  const isOver = await eventually(
    'the end of all processes',
    () => Promise.resolve(left().length === 0),
    GONE_MS,
  ).catch(() => false);
  return [
    ...(isOver ? [] : left().map(({ pid }) => `process ${pid} is left`)),
    ...(await openTransactions(life)).map((session) => `left in the database: ${session}`),
    ...(await endlessClaims(life)).map((key) => `left in Redis for ever: ${key}`),
    ...temporaryFiles(life).map((name) => `left in the folder for temporary files: ${name}`),
  ];
}

function familyOfPid(pid: number): ProcessEntry[] {
  const entry = processEntry(pid);
  return entry ? familyOf(entry, processTable()) : [];
}

function isThere({ pid, startedAt }: ProcessEntry): boolean {
  return processEntry(pid)?.startedAt === startedAt;
}

/** Transactions and advisory locks of sessions that nobody uses any more. */
async function openTransactions({ project: { pool } }: Life): Promise<string[]> {
  const sessions = async (): Promise<string[]> => {
    const { rows } = await pool.query<{ session: string }>(
      `SELECT DISTINCT a.state || ': ' || a.query AS session
       FROM pg_stat_activity a LEFT JOIN pg_locks l ON l.pid = a.pid AND l.locktype = 'advisory'
       WHERE a.datname = current_database() AND a.pid <> pg_backend_pid() AND a.backend_type = 'client backend'
         AND (a.state LIKE 'idle in transaction%' OR a.state = 'active' OR l.pid IS NOT NULL)`,
    );
    return rows.map(({ session }) => session);
  };
  await eventually('no open transaction', async () => (await sessions()).length === 0, GONE_MS).catch(
    () => {},
  );
  return sessions();
}

async function endlessClaims({ project }: Life): Promise<string[]> {
  const redis = await connectRedis(project.settings.redisUrl);
  try {
    const claims = await redis.keys('*:claim');
    const times = await Promise.all(claims.map((key) => redis.pttl(key)));
    return claims.filter((_, index) => times[index] === -1);
  } finally {
    redis.disconnect();
  }
}

/** Files of Asof's own. Libraries keep caches and logs in the same folder. */
function temporaryFiles({ project }: Life): string[] {
  return readdirSync(project.environment.TMPDIR!, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(project.environment.TMPDIR!, join(parentPath, name)))
    .filter((path) => path.startsWith('asof'));
}
