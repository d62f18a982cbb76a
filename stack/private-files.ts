import { chmodSync, lstatSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const ONLY_OWNER = 0o700;
const OTHERS = 0o077;
const READ_OR_WRITE = 0o066;
/** Others may enter a folder on the way to what they own below it. They cannot list it. */
export const PASS_THROUGH = 0o011;

/** The `umask` of processes whose files nobody but their user can read. */
export const PRIVATE_UMASK = OTHERS;
export const PRIVATE_FILE = 0o600;

/**
 * Makes a folder that only its owner can enter. A folder that others could read before is closed with all
 * that it contains.
 */
export function makePrivateFolder(path: string, passage = 0): void {
  mkdirSync(dirname(path), { recursive: true });
  mkdirSync(path, { recursive: true, mode: ONLY_OWNER });
  const found = lstatSync(path).mode;
  const wasOpen = (found & READ_OR_WRITE) !== 0;
  if (wasOpen) closeToOthers(path);
  chmodSync(path, ONLY_OWNER | passage | (wasOpen ? 0 : found & PASS_THROUGH));
}

/** Writes a file that only its owner can read. No reader sees half of it. */
export function writePrivateFile(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: ONLY_OWNER });
  writeFileSync(`${path}.new`, content, { mode: PRIVATE_FILE });
  chmodSync(`${path}.new`, PRIVATE_FILE);
  renameSync(`${path}.new`, path);
}

/** Starts a process that inherits this `umask`; that of this process if it is undefined. */
export function withUmask<Child>(umask: number | undefined, start: () => Child): Child {
  if (umask === undefined) return start();
  const before = process.umask(umask);
  try {
    return start();
  } finally {
    process.umask(before);
  }
}

function closeToOthers(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isSymbolicLink()) continue;
    chmodSync(path, lstatSync(path).mode & 0o777 & ~OTHERS);
    if (entry.isDirectory()) closeToOthers(path);
  }
}
