import { chmodSync, lstatSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { AsofError } from '../domain/errors/asof-error.ts';

const ONLY_OWNER = 0o700;
const OTHERS = 0o077;
const READ_OR_WRITE = 0o066;
/** Others may enter a folder on the way to what they own below it. They cannot list it. */
export const PASS_THROUGH = 0o011;

/** The `umask` of processes whose files nobody but their user can read. */
export const PRIVATE_UMASK = OTHERS;
export const PRIVATE_FILE = 0o600;

/**
 * Makes a folder that only its owner can enter. A folder that others could read before is shut, then closed
 * with all that it contains. Others get no new passage before that, so an interrupted closing leaves nothing
 * that they can reach.
 *
 * @throws AsofError `ASOF_STACK_SERVER_FAILED` (unavailable) if another user has files in it.
 */
export function makePrivateFolder(path: string, passage = 0): void {
  mkdirSync(dirname(path), { recursive: true });
  mkdirSync(path, { recursive: true, mode: ONLY_OWNER });
  const found = lstatSync(path).mode;
  const kept = (found & READ_OR_WRITE) === 0 ? found & PASS_THROUGH : 0;
  const wanted = ONLY_OWNER | passage | kept;
  if ((found & 0o777) === wanted) return;
  try {
    chmodSync(path, ONLY_OWNER | kept);
    closeToOthers(path);
    chmodSync(path, wanted);
  } catch (error) {
    throw asForeign(error as NodeJS.ErrnoException);
  }
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

/** Servers may run in it meanwhile, and remove what was found. */
function closeToOthers(folder: string): void {
  for (const entry of unlessGone(() => readdirSync(folder, { withFileTypes: true })) ?? []) {
    const path = join(folder, entry.name);
    const mode = entry.isSymbolicLink() ? 0 : (lstatSync(path, { throwIfNoEntry: false })?.mode ?? 0);
    if ((mode & OTHERS) !== 0) unlessGone(() => chmodSync(path, mode & ONLY_OWNER));
    if (entry.isDirectory()) closeToOthers(path);
  }
}

function unlessGone<Result>(action: () => Result): Result | undefined {
  try {
    return action();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The error that says what to do about files of another user. Others stay as they are. */
function asForeign(error: NodeJS.ErrnoException): Error {
  if (error.code !== 'EPERM' && error.code !== 'EACCES') return error;
  return new AsofError(
    'ASOF_STACK_SERVER_FAILED',
    `${error.path} belongs to another user, so this user (${process.geteuid?.()}) cannot close it to others. ` +
      'Start the stack as the user who started it before, or name another stack with ASOF_STACK',
    { cause: error },
  );
}
