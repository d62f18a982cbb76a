import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const FORGOTTEN_AFTER_MS = 30 * 86_400_000;

/**
 * What is made of sources, from the last time that the same sources were there.
 *
 * @param folder where it is kept: a file for each state of the sources. One that nobody asked for in 30 days goes.
 * @param sources paths of files, and of folders with all that is below them.
 */
export async function keptCode(
  folder: string,
  sources: readonly string[],
  make: () => Promise<string>,
): Promise<string> {
  const file = join(folder, `${await hashOf(sources)}.cjs`);
  const kept = await readFile(file, 'utf8').catch(() => undefined);
  if (kept !== undefined) {
    const now = new Date();
    await utimes(file, now, now).catch(() => {});
    return kept;
  }
  const code = await make();
  // Without a cache, only the next start takes longer.
  await keep(folder, file, code).catch(() => {});
  return code;
}

async function keep(folder: string, file: string, code: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const begun = `${file}.${process.pid}`;
  await writeFile(begun, code, { mode: 0o600 });
  await rename(begun, file);
  for (const name of await readdir(folder)) {
    const other = join(folder, name);
    if (Date.now() - (await stat(other)).mtimeMs > FORGOTTEN_AFTER_MS) await rm(other);
  }
}

async function hashOf(sources: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const source of sources)
    for (const file of (await stat(source)).isDirectory() ? await filesBelow(source) : [source])
      hash
        .update(`${file}\0`)
        .update(await readFile(file))
        .update('\0');
  return hash.digest('hex');
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
