import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { StackLayout } from '../layout.ts';
import { withLock } from '../processes/lock.ts';
import type { Detail, Reporter } from '../progress.ts';
import type { Tool } from './tool.ts';

export interface Build {
  /** An empty folder to build in. It is renamed to `destination` when the build is complete. */
  folder: string;
  /** The final path, for programs that must know their own path. */
  destination: string;
  log: string;
  signal: AbortSignal;
  detail: Detail;
}

/** Software from a package registry. Its folder's name has the version, and the fingerprint of its lock. */
export interface Software {
  folder: string;
  /** A short description of the installation, for display. */
  how: string;
  tools: readonly Tool[];
  build: (build: Build) => Promise<void>;
}

const underway = new Map<string, Promise<void>>();

export function softwarePath(layout: StackLayout, software: Software): string {
  return join(layout.software, software.folder);
}

export function isInstalled(layout: StackLayout, software: Software): boolean {
  return existsSync(softwarePath(layout, software));
}

/**
 * Installs the software unless it is installed. The build runs in another folder that is renamed at the end,
 * so an existing folder is complete. A lock prevents two stacks from building the same software, and two
 * servers of this process share one build.
 *
 * @returns the path of the installed software.
 * @throws AsofError `ASOF_STACK_INSTALL_FAILED` (unavailable), `ASOF_STACK_DOWNLOAD_CHANGED`.
 */
export async function install(
  layout: StackLayout,
  software: Software,
  { reporter, signal }: { reporter: Reporter; signal: AbortSignal },
): Promise<string> {
  const path = softwarePath(layout, software);
  if (existsSync(path)) return path;
  if (underway.has(path)) reporter.say('waiting for what is being installed for another server');
  const build =
    underway.get(path) ??
    reporter.step(software.how, (detail) => buildOnce(layout, software, { reporter, signal, detail }));
  underway.set(path, build);
  await build.finally(() => underway.delete(path));
  return path;
}

interface FollowingBuild {
  reporter: Reporter;
  signal: AbortSignal;
  detail: Detail;
}

async function buildOnce(
  layout: StackLayout,
  software: Software,
  { reporter, signal, detail }: FollowingBuild,
): Promise<void> {
  const destination = softwarePath(layout, software);
  const folder = `${destination}.building`;
  const onWait = (pid: number) => reporter.say(`waiting for process ${pid}, which is installing the same`);
  mkdirSync(layout.logs, { recursive: true });
  await withLock(`${destination}.lock`, { signal, onWait }, async () => {
    if (existsSync(destination)) return;
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const log = join(layout.logs, `install-${software.folder}.log`);
    rmSync(log, { force: true });
    await software.build({ folder, destination, log, signal, detail });
    renameSync(folder, destination);
  });
}
