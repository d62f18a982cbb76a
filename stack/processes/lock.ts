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
  /** Called once, with the pid of the holder, if another process holds the lock. */
  onWait: (pid: number) => void;
}

/**
 * Runs an action while no other process runs one under the same lock. The lock of a dead holder is taken
 * over.
 */
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

/**
 * Tries to take the lock. A link appears together with its content, so no process reads an incomplete lock.
 */
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

/** The pid of the living holder of the lock. Removes the lock of a dead holder. */
function livingHolder(path: string): number | undefined {
  const content = read(path);
  if (content === undefined) return undefined;
  const holder = Holder.safeParse(JSON.parse(content));
  if (holder.success && isAlive(holder.data)) return holder.data.pid;
  breakStale(path, content);
  return undefined;
}

/**
 * Removes the lock of a dead holder. The lock is moved aside first. If another process has taken the lock in
 * the meantime, its new lock is moved back.
 */
function breakStale(path: string, stale: string): void {
  const aside = `${path}.${process.pid}.stale`;
  try {
    renameSync(path, aside);
    if (read(aside) !== stale) linkSync(aside, path);
  } catch {
    // Another process was faster. The next try shows the result.
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
