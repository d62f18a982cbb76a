import { setTimeout as delay } from 'node:timers/promises';
import { killServer, stackUp } from '../../../stack/index.ts';
import { familyOf } from '../../../stack/processes/family.ts';
import { commandOf, processEntry, processTable } from '../../../stack/processes/table.ts';
import type { ServerName } from '../../../stack/servers/server.ts';
import type { Crew } from '../faults/crew.ts';
import type { Project } from '../projects/project.ts';
import type { SmallDisk } from './small-disk.ts';

/** What faults strike. */
export interface Targets {
  readonly project: Project;
  readonly workers: Crew;
  readonly servers: Crew;
  readonly disk: SmallDisk | undefined;
}

/** Longer than the shortest heartbeat timeout: Temporal gives the tasks of a paused worker to another. */
const PAUSE_MS = 7_000;
const DISK_FULL_MS = 3_000;

const STRIKES = {
  'worker killed': ({ workers }: Targets) => signal(workers, 'SIGKILL'),
  'worker stopped': ({ workers }: Targets) => signal(workers, 'SIGTERM'),
  'worker paused': pauseWorker,
  'trainer killed': killTrainers,
  'server killed': ({ servers }: Targets) => signal(servers, 'SIGKILL'),
  'server stopped': ({ servers }: Targets) => signal(servers, 'SIGTERM'),
  'connections cut': cutConnections,
  'disk full': fillDisk,
  'postgres killed': () => restart('timescaledb'),
  'kafka killed': () => restart('kafka'),
  'temporal killed': () => restart('temporal'),
  'redis killed': () => restart('redis'),
  'mlflow killed': () => restart('mlflow'),
} as const;

/** The faults that can strike a life. */
export type StrikeName = keyof typeof STRIKES;

/** Strikes, and resolves when what was struck can work again. */
export async function strike(what: StrikeName, targets: Targets): Promise<void> {
  await STRIKES[what](targets);
}

/** Signals the oldest process of a crew, which does the work. Another replaces it. */
function signal(crew: Crew, name: NodeJS.Signals): Promise<void> {
  crew.processes[0]?.kill(name);
  return Promise.resolve();
}

async function pauseWorker({ workers }: Targets): Promise<void> {
  const [worker] = workers.processes;
  worker?.kill('SIGSTOP');
  await delay(PAUSE_MS);
  worker?.kill('SIGCONT');
}

function killTrainers({ workers }: Targets): Promise<void> {
  const table = processTable();
  for (const { pid } of workers.processes) {
    const entry = processEntry(pid!);
    const family = entry ? familyOf(entry, table) : [];
    for (const member of family)
      if (commandOf(member.pid).includes('training/worker.py')) process.kill(member.pid, 'SIGKILL');
  }
  return Promise.resolve();
}

/** Ends every session of the project's database, whatever its transaction does. */
async function cutConnections({ project: { pool } }: Targets): Promise<void> {
  await pool.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'`,
  );
}

async function fillDisk({ disk }: Targets): Promise<void> {
  if (!disk) return;
  disk.fill();
  await delay(DISK_FULL_MS);
  disk.clear();
}

/** Kills a server as a power cut would, and starts it again. */
async function restart(server: ServerName): Promise<void> {
  await killServer(server);
  await stackUp({ progress: () => {}, servers: [server] });
}
