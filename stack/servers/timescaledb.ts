import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { askPostgres } from '../../db/sql/server/ask-postgres.ts';
import { giveAway } from '../../db/sql/server/give-away.ts';
import { writePrivateFile } from '../private-files.ts';
import { debianSoftware, postgresProgram } from '../software/debian/index.ts';
import { versions } from '../versions.ts';
import type { Command } from './command.ts';
import { ADMINISTRATOR, asAdministrator } from './login.ts';
import { clearAfterCrash } from './postgres/crash.ts';
import { accessRules, loginFingerprint, loginStatements } from './postgres/logins.ts';
import type { Launch, RunHere, Server, ServerLocation } from './server.ts';

const database = 'asof';
const cluster = 'cluster';
const loginRecord = 'logins.sha256';
const accessFile = 'pg_hba.conf';

export const timescaledb: Server = {
  name: 'timescaledb',
  title: `TimescaleDB ${versions.timescaledb} (PostgreSQL ${versions.postgres})`,
  variable: 'DATABASE_URL',
  ports: (plan) => ({ PostgreSQL: plan.timescaledb }),
  url: (plan) => `postgres://127.0.0.1:${plan.timescaledb}/${database}`,
  software: debianSoftware,
  runsOn: [],
  refusesRoot: true,
  prepare,
  launch,
  complete: (url, secrets) => giveAway(asAdministrator(url, secrets), 'asof'),
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

/** Makes the cluster, or clears up after a crash. Then sets the logins, before the server listens. */
async function prepare(place: ServerLocation, run: RunHere): Promise<void> {
  const { software, data, account } = place;
  await account.takeOver(data, postgresProgram(software, 'postgres'));
  const folder = join(data, cluster);
  if (existsSync(folder)) await clearAfterCrash(folder);
  else await initialise(place, run);
  await setLogins(place, run);
}

/**
 * Initialises the cluster under another name and renames it, so that a killed preparation leaves none that
 * looks complete.
 */
async function initialise({ software, data, account }: ServerLocation, run: RunHere): Promise<void> {
  const fresh = join(data, `${cluster}.new`);
  rmSync(fresh, { recursive: true, force: true });
  const initdb = {
    command: postgresProgram(software, 'initdb'),
    args: [
      ...['--pgdata', fresh, '--encoding', 'UTF8', '--locale', 'C.UTF-8', '--data-checksums'],
      ...['--username', ADMINISTRATOR, '--auth', 'reject'],
    ],
  };
  await run(account.wrap(initdb));
  await run(account.wrap(singleUser(software, fresh)), `create database ${database};\n\n`);
  renameSync(fresh, join(data, cluster));
}

/** Postgres is asked only if the logins have changed, since that takes a start of its own. */
async function setLogins({ software, data, secrets, account }: ServerLocation, run: RunHere): Promise<void> {
  const fingerprint = loginFingerprint(secrets);
  const record = join(data, loginRecord);
  if (existsSync(record) && readFileSync(record, 'utf8') === fingerprint) return;
  await run(account.wrap(singleUser(software, join(data, cluster))), loginStatements(secrets));
  writePrivateFile(record, fingerprint);
}

/** A password in a statement that fails must not be in the log. */
function singleUser(software: string, folder: string): Command {
  return {
    command: postgresProgram(software, 'postgres'),
    args: [
      ...['--single', '-j', '-D', folder, '-c', 'exit_on_error=on', '-c', 'log_min_error_statement=panic'],
      'template1',
    ],
  };
}

/**
 * Stops with SIGINT, Postgres's fast shutdown, which ends the clients' sessions instead of waiting for them.
 */
function launch({ software, data, ports, secrets, account }: ServerLocation): Launch {
  const options = Object.entries({
    ...settings,
    port: ports.timescaledb,
    hba_file: join(data, accessFile),
  });
  const postgres = {
    command: postgresProgram(software, 'postgres'),
    args: ['-D', join(data, cluster), ...options.flatMap(([name, value]) => ['-c', `${name}=${value}`])],
  };
  return {
    ...account.wrap(postgres),
    files: { [accessFile]: accessRules },
    logins: loginFingerprint(secrets),
    stopSignal: 'SIGINT',
  };
}
