import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { askPostgres } from '../../db/sql/ask-postgres.ts';
import { debianSoftware, postgresProgram } from '../software/debian/index.ts';
import { versions } from '../versions.ts';
import { clearAfterCrash } from './postgres-crash.ts';
import type { Launch, RunHere, Server, ServerLocation } from './server.ts';

const owner = 'asof';
const database = 'asof';
const cluster = 'cluster';

export const timescaledb: Server = {
  name: 'timescaledb',
  title: `TimescaleDB ${versions.timescaledb} (PostgreSQL ${versions.postgres})`,
  variable: 'DATABASE_URL',
  ports: (plan) => ({ PostgreSQL: plan.timescaledb }),
  url: (plan) => `postgres://${owner}@127.0.0.1:${plan.timescaledb}/${database}`,
  software: debianSoftware,
  runsOn: [],
  prepare,
  launch,
  ask: askPostgres,
};

/** The settings never trade durability for speed: `fsync` and `synchronous_commit` stay on. */
const settings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  shared_preload_libraries: 'timescaledb',
  'timescaledb.telemetry_level': 'off',
  'timescaledb.max_background_workers': '4',
  shared_buffers: '256MB',
  max_wal_size: '4GB',
  max_connections: '100',
  fsync: 'on',
  synchronous_commit: 'on',
  timezone: 'UTC',
  log_timezone: 'UTC',
  jit: 'off',
};

/**
 * Initialises the cluster under another name and renames it, so that a killed preparation leaves none that
 * looks complete.
 */
async function prepare({ software, data, account }: ServerLocation, run: RunHere): Promise<void> {
  const folder = join(data, cluster);
  if (existsSync(folder)) return clearAfterCrash(folder);
  const fresh = `${folder}.new`;
  rmSync(fresh, { recursive: true, force: true });
  const initdb = {
    command: postgresProgram(software, 'initdb'),
    args: [
      ...['--pgdata', fresh, '--encoding', 'UTF8', '--locale', 'C.UTF-8', '--data-checksums'],
      ...['--username', owner, '--auth', 'trust'],
    ],
  };
  const singleUser = {
    command: postgresProgram(software, 'postgres'),
    args: ['--single', '-D', fresh, 'template1'],
  };
  await account.takeOver(data, initdb.command);
  await run(account.wrap(initdb));
  await run(account.wrap(singleUser), `create database ${database}\n`);
  renameSync(fresh, folder);
}

/**
 * Stops with SIGINT, Postgres's fast shutdown, which ends the clients' sessions instead of waiting for them.
 */
function launch({ software, data, ports, account }: ServerLocation): Launch {
  const options = Object.entries({ ...settings, port: ports.timescaledb });
  const postgres = {
    command: postgresProgram(software, 'postgres'),
    args: ['-D', join(data, cluster), ...options.flatMap(([name, value]) => ['-c', `${name}=${value}`])],
  };
  return { ...account.wrap(postgres), stopSignal: 'SIGINT' };
}
