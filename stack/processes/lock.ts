import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { isAlive } from './record.ts';
import { processEntry } from './table.ts';

const Holder = z.object({ pid: z.number(), startedAt: z.string() });
const LOOK_EVERY_MS = 200;

export interface LockOptions {
  signal: AbortSignal;
  /** Called once when another process has it. */
  onWait: (pid: number) => void;
}

/** Runs an action while no other process runs one under the same lock. A dead holder's lock is taken over. */
export async function withLock<T>(path: string, options: LockOptions, action: () => Promise<T>): Promise<T> {
  await acquire(path, options);
  try {
    return await action();
  } finally {
    rmSync(path, { force: true });
  }
}

async function acquire(path: string, { signal, onWait }: LockOptions): Promise<void> {
  mkdirSync(dirname(path), { recursive: true });
  let told = false;
  while (!tryToTake(path)) {
    const holder = livingHolder(path);
    if (holder !== undefined && !told) onWait(holder);
    told ||= holder !== undefined;
    await sleep(LOOK_EVERY_MS, undefined, { signal });
  }
}

/** A link appears with its content in one step, so nobody ever reads half a lock. */
function tryToTake(path: string): boolean {
  const mine = `${path}.${process.pid}`;
  writeFileSync(mine, JSON.stringify(processEntry(process.pid)));
  try {
    linkSync(mine, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  } finally {
    rmSync(mine, { force: true });
  }
}

/** The pid of the process that holds the lock; a dead holder's lock is removed. */
function livingHolder(path: string): number | undefined {
  const content = read(path);
  if (content === undefined) return undefined;
  const holder = Holder.safeParse(JSON.parse(content));
  if (holder.success && isAlive(holder.data)) return holder.data.pid;
  breakStale(path, content);
  return undefined;
}

/** Moved aside first: should a faster process have put a fresh lock there meanwhile, it goes back. */
function breakStale(path: string, stale: string): void {
  const aside = `${path}.${process.pid}.stale`;
  try {
    renameSync(path, aside);
    if (read(aside) !== stale) linkSync(aside, path);
  } catch {
    // Another process was faster; the next look tells.
  } finally {
    rmSync(aside, { force: true });
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
