import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pino } from 'pino';
import { connect as connectAsof } from '../../../client/index.ts';
import { connect } from '../../../db/sql/client.ts';
import { administratorUrl } from '../../../stack/index.ts';
import { stackLayout } from '../../../stack/layout.ts';
import { debianSoftware, postgresProgram } from '../../../stack/software/debian/index.ts';
import { isInstalled, softwarePath } from '../../../stack/software/software.ts';
import { asSuperuser } from '../servers/superuser.ts';
import { type Project, withDatabase, withWorkers } from './project.ts';

/** Workers of the project itself are of the original. */
export type RestoredProject = Omit<Project, 'withWorkers' | 'withHosts'>;

/**
 * Dumps the database of a project, restores it into another one, applies, and runs `work` there beside a worker. The
 * copy takes the place of the original on the other servers, so no worker of the original may run.
 */
export async function withRestored(
  project: Project,
  work: (restored: RestoredProject) => Promise<void>,
): Promise<void> {
  await withDatabase(async (databaseUrl) => {
    await restore(project.settings.databaseUrl, databaseUrl);
    const settings = { ...project.settings, databaseUrl };
    const pool = await connect(databaseUrl);
    const asof = await connectAsof({ ...settings, logger: pino({ level: 'silent' }) });
    try {
      await asof.apply(await asof.definitions());
      const environment = { ...project.environment, DATABASE_URL: databaseUrl };
      const restored = { ...project, asof, pool, settings, environment };
      await withWorkers([settings], () => work(restored));
    } finally {
      await asof.close();
      await pool.end();
    }
  });
}

async function restore(from: string, to: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'asof-dump-'));
  const dump = join(folder, 'asof.dump');
  try {
    await postgres('pg_dump', ['--format=custom', `--file=${dump}`, `--dbname=${administered(from)}`]);
    await asSuperuser(to, 'CREATE EXTENSION IF NOT EXISTS timescaledb');
    await asSuperuser(to, 'SELECT timescaledb_pre_restore()');
    await postgres('pg_restore', ['--exit-on-error', `--dbname=${administered(to)}`, dump]);
    await asSuperuser(to, 'SELECT timescaledb_post_restore()');
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The URL of a database with the login of the stack's superuser. */
function administered(databaseUrl: string): string {
  const url = new URL(administratorUrl() ?? databaseUrl);
  url.pathname = new URL(databaseUrl).pathname;
  return url.href;
}

/** Runs a program of the native stack's Postgres, else the one on the path. */
async function postgres(program: string, args: readonly string[]): Promise<void> {
  const layout = stackLayout();
  const path = isInstalled(layout, debianSoftware)
    ? postgresProgram(softwarePath(layout, debianSoftware), program)
    : program;
  await promisify(execFile)(path, args, { timeout: 60_000 });
}
