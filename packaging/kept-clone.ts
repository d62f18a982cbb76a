import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { copyFileSync, existsSync, readdirSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { DIST, ROOT } from './dist.ts';

export const MANIFEST = join(ROOT, 'package.json');

/** The clone's manifest, while npm packs: `package.json.clone-<id>`. Each pack has an id of its own. */
const KEPT = `${MANIFEST}.clone-`;
const POLL_MS = 100;
/** A guard that has not shown itself for so long is dead, with its computer. */
const DEAD_AFTER_MS = 10_000;

/**
 * Keeps the clone's manifest until npm has packed. A process of its own puts the clone back once npm has ended, in
 * whatever way: npm runs `postpack` after a success alone.
 *
 * @param packing the processes that pack: npm and this one.
 */
export function keepClone(packing: readonly number[]): void {
  const kept = `${KEPT}${randomUUID()}`;
  try {
    copyFileSync(MANIFEST, kept);
  } catch (error) {
    // A full disk leaves a part.
    rmSync(kept, { force: true });
    throw error;
  }
  const guard = fileURLToPath(new URL('guard.ts', import.meta.url));
  // A group of its own, so that Ctrl-C does not reach it.
  spawn(process.execPath, ['--import', 'tsx', guard, kept, ...packing.map(String)], {
    cwd: ROOT,
    detached: true,
    stdio: 'ignore',
  }).unref();
}

/** Waits until the processes that pack have ended, and puts the clone back, unless it is back by then. */
export async function guardClone(kept: string, packing: readonly number[]): Promise<void> {
  while (packing.some(isRunning)) {
    if (!existsSync(kept)) return;
    utimesSync(kept, new Date(), new Date());
    await setTimeout(POLL_MS);
  }
  if (existsSync(kept)) restore(kept);
}

/** Puts the clone back now. */
export function restoreClone(): void {
  for (const kept of keptManifests()) restore(kept);
}

/** Waits for a pack that goes on or is being put back, and puts back what nobody guards any more. */
export async function waitForClone(): Promise<void> {
  for (const kept of keptManifests()) {
    while (Date.now() - shownAt(kept) < DEAD_AFTER_MS) await setTimeout(POLL_MS);
    if (existsSync(kept)) restore(kept);
  }
}

function keptManifests(): string[] {
  return readdirSync(ROOT)
    .map((name) => join(ROOT, name))
    .filter((path) => path.startsWith(KEPT));
}

/** The manifest last: while it is kept, no other pack begins. */
function restore(kept: string): void {
  rmSync(DIST, { recursive: true, force: true });
  renameSync(kept, MANIFEST);
}

/** When a guard last showed itself. 0: the clone is back. */
function shownAt(kept: string): number {
  return statSync(kept, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function isRunning(id: number): boolean {
  try {
    return process.kill(id, 0);
  } catch {
    return false;
  }
}
