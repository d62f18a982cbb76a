import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { AsofError } from '../../../domain/errors/asof-error.ts';

/** The path of a file in this folder, which has the SHA-256 of everything that an installation may bring. */
export function lockPath(...names: readonly string[]): string {
  return join(import.meta.dirname, ...names);
}

/**
 * Identifies the content of locks. The name of a folder of installed software ends with it, so that another lock
 * means another installation.
 */
export function lockFingerprint(...paths: readonly string[]): string {
  const hash = createHash('sha256');
  for (const path of paths) hash.update(readFileSync(path));
  return hash.digest('hex').slice(0, 8);
}

/**
 * Checks that a folder has exactly the files of a lock, in the format of `sha256sum`.
 *
 * @throws AsofError `ASOF_STACK_DOWNLOAD_CHANGED`, with every file that differs.
 */
export function expectLocked(folder: string, lock: string): void {
  const expected = new Map(readFileSync(lock, 'utf8').split('\n').filter(Boolean).map(lockedFile));
  const problems = [...new Set([...expected.keys(), ...readdirSync(folder)])].sort().flatMap((name) => {
    const [locked, found] = [expected.get(name), sha256Of(join(folder, name))];
    if (locked === found) return [];
    if (locked === undefined) return [`${name} is not in the lock`];
    return [found === undefined ? `${name} is missing` : `${name} has SHA-256 ${found}; expected ${locked}`];
  });
  if (problems.length === 0) return;
  throw new AsofError(
    'ASOF_STACK_DOWNLOAD_CHANGED',
    `what was downloaded is not what ${lock} names, so nothing was installed:\n${problems.map((one) => `✖ ${one}`).join('\n')}\n` +
      'Find out what changes the downloads on their way here, such as a mirror',
    { details: { problems } },
  );
}

function lockedFile(line: string): [name: string, sha256: string] {
  const [sha256 = '', name = ''] = line.split(/\s+/);
  return [name, sha256];
}

function sha256Of(path: string): string | undefined {
  try {
    return createHash('sha256').update(readFileSync(path)).digest('hex');
  } catch {
    return undefined;
  }
}
