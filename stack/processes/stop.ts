import { setTimeout as sleep } from 'node:timers/promises';
import { AsofError } from '../../domain/errors/asof-error.ts';
import { familyOf } from './family.ts';
import { type ProcessRecord, isAlive } from './record.ts';
import { type ProcessEntry, processTable } from './table.ts';

const GRACE_MS = 30_000;
const LEFT_BEHIND_MS = 5_000;
const AFTER_KILL_MS = 5_000;
const LOOK_EVERY_MS = 50;

/**
 * Sends a process its stop signal and waits for its end. Then does the same for the processes that it has
 * left behind, and kills those that remain. The family is read before the parent ends, because Postgres gives
 * each of its children its own process group.
 *
 * @throws AsofError `ASOF_STACK_SERVER_FAILED` (unavailable) if a process survives SIGKILL.
 */
export async function stopProcess(record: ProcessRecord, graceMs = GRACE_MS): Promise<void> {
  const family = familyOf(record, processTable());
  const remaining = () => living(record, family);
  if (isAlive(record)) {
    send(record, record.stopSignal);
    await until(() => !isAlive(record), graceMs);
  }
  remaining().forEach((member) => send(member, record.stopSignal));
  if (await until(() => remaining().length === 0, Math.min(graceMs, LEFT_BEHIND_MS))) return;
  await kill(record, remaining);
}

/** Kills a process and its family, and waits until they are gone. Throws like {@link stopProcess}. */
export async function killProcess(record: ProcessRecord): Promise<void> {
  const family = familyOf(record, processTable());
  await kill(record, () => living(record, family));
}

async function kill(record: ProcessRecord, remaining: () => ProcessEntry[]): Promise<void> {
  remaining().forEach((member) => send(member, 'SIGKILL'));
  if (await until(() => remaining().length === 0, AFTER_KILL_MS)) return;
  throw new AsofError(
    'ASOF_STACK_SERVER_FAILED',
    `${record.name} (pid ${record.pid}) is still there ${AFTER_KILL_MS / 1000} s after SIGKILL. ` +
      `See ${record.log}, and end the process by hand.`,
  );
}

async function until(condition: () => boolean, withinMs: number): Promise<boolean> {
  const deadline = performance.now() + withinMs;
  while (!condition()) {
    if (performance.now() > deadline) return false;
    await sleep(LOOK_EVERY_MS);
  }
  return true;
}

function living(record: ProcessRecord, family: ProcessEntry[]): ProcessEntry[] {
  const table = processTable();
  const ours = new Set(family.map(identity));
  const remaining = [...table.filter((entry) => ours.has(identity(entry))), ...familyOf(record, table)];
  return [...new Map(remaining.map((entry) => [entry.pid, entry])).values()];
}

function identity({ pid, startedAt }: ProcessEntry): string {
  return `${pid}@${startedAt}`;
}

function send({ pid }: { pid: number }, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
