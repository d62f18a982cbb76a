import { closeSync, openSync, readSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { AsofError } from '../../../domain/errors/asof-error.ts';
import { type RunOptions, run } from '../../processes/run.ts';

/**
 * Patches the programs of an unpacked tree so that they use the tree's own loader and libraries, and run on
 * systems with an older C library. RPATH instead of RUNPATH, because RPATH also applies to libraries that are
 * opened later, as Postgres opens TimescaleDB. The paths are those of `finalTree`, where the tree moves to.
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

/** The programs of a folder except patchelf, which is running. */
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
