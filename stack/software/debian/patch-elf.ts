import { closeSync, openSync, readSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { AsofError } from '../../../domain/errors/asof-error.ts';
import { type RunOptions, run } from '../../processes/run.ts';

/**
 * Makes the programs of an unpacked tree run where the system's C library is older: they name the tree's own
 * loader and libraries. RPATH and not RUNPATH, for it also holds for what a library opens later, as Postgres
 * does with TimescaleDB. Paths are those of the place where the tree will be.
 */
export async function useOwnLibraries(
  tree: string,
  { finalTree, folders, ...options }: RunOptions & { finalTree: string; folders: readonly string[] },
): Promise<void> {
  const libraries = join('usr/lib', theOne(join(tree, 'usr/lib'), /-linux-gnu/));
  const loader = join(libraries, theOne(join(tree, libraries), /^ld-linux.*\.so/));
  const programs = folders.flatMap((folder) => programsIn(join(tree, folder)));
  const patchelf = [
    ...['--library-path', join(tree, libraries), join(tree, 'usr/bin/patchelf')],
    ...['--set-interpreter', join(finalTree, loader)],
    ...['--force-rpath', '--set-rpath', join(finalTree, libraries)],
  ];
  await run(join(tree, loader), [...patchelf, ...programs], options);
}

function theOne(folder: string, pattern: RegExp): string {
  const name = readdirSync(folder).find((entry) => pattern.test(entry));
  if (name) return name;
  throw new AsofError(
    'ASOF_STACK_INSTALL_FAILED',
    `Expected an entry like ${pattern} in ${folder}; found none.`,
  );
}

/** patchelf itself is left alone: it is running. */
function programsIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'patchelf')
    .map((entry) => join(folder, entry.name))
    .filter(isElf);
}

function isElf(path: string): boolean {
  const file = openSync(path, 'r');
  try {
    const magic = Buffer.alloc(4);
    readSync(file, magic, 0, 4, 0);
    return magic.equals(Buffer.from('\x7fELF', 'latin1'));
  } finally {
    closeSync(file);
  }
}
