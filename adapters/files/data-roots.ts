import { realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { AsofError } from '../../domain/errors/asof-error.ts';
import { shortened } from '../../domain/errors/shortened.ts';
import { isKeptSpineName } from './kept-spine-name.ts';
import { requireLocalPath } from './local-path.ts';

/** The folders below which the input of a workflow may name files. */
export interface DataRoots {
  readonly declared: readonly string[];
  /** The folder of the files that Asof keeps itself. An input may name one to read, and none to write. */
  readonly kept: string;
}

/** A field of an input that names a file, and the endings that its name may have. */
interface NamedFile {
  readonly field: 'spine' | 'out';
  readonly endings: readonly string[];
}

const SPINE: NamedFile = { field: 'spine', endings: ['.csv', '.parquet'] };
/** The endings of the file of a training set. */
const SET_ENDINGS = ['.parquet'];

/**
 * The real path of a spine that an input names.
 *
 * @throws AsofError `ASOF_PATH_UNSUPPORTED` for an address; `ASOF_PATH_REFUSED`; `ASOF_FILE_UNREADABLE` for a path below a root that leads nowhere.
 */
export async function spineInside({ declared, kept }: DataRoots, path: string): Promise<string> {
  requireEnding(SPINE, path);
  const roots = [...declared, kept];
  const real = await realpath(path).catch((error: unknown) => error as NodeJS.ErrnoException);
  if (typeof real === 'string') {
    if (await isBelow(real, roots)) return real;
  } else if (roots.some((root) => isInside(root, resolve(path)))) throw unreadable(path, real);
  throw outside('spine', path);
}

/**
 * The path of the file to write that an input names, with the real path of its folder. Parts of the folder may
 * be missing.
 *
 * @param endings those that its name may have. Default: that of a training set.
 * @throws AsofError `ASOF_PATH_UNSUPPORTED` for an address; `ASOF_PATH_REFUSED`.
 */
export async function outInside(
  { declared, kept }: DataRoots,
  path: string,
  endings: readonly string[] = SET_ENDINGS,
): Promise<string> {
  requireEnding({ field: 'out', endings }, path);
  const real = join(await realOrMissing(dirname(resolve(path))), basename(path));
  if (!(await isBelow(real, declared)) || (await isBelow(real, [kept]))) throw outside('out', path);
  return real;
}

/**
 * Requires the folder of a file that {@link outInside} has allowed to be what it was then: nobody has put a
 * link in its place, or in that of a parent.
 *
 * @throws AsofError `ASOF_PATH_REFUSED`.
 */
export async function requireFolderUnmoved(path: string): Promise<void> {
  if ((await realOrMissing(dirname(path))) !== dirname(path)) throw outside('out', path);
}

/** The real path of the nearest parent that exists, and the parts below it. */
async function realOrMissing(folder: string): Promise<string> {
  try {
    return await realpath(folder);
  } catch {
    const parent = dirname(folder);
    return parent === folder ? folder : join(await realOrMissing(parent), basename(folder));
  }
}

async function isBelow(real: string, roots: readonly string[]): Promise<boolean> {
  const realRoots = await Promise.all(roots.map((root) => realOrMissing(root)));
  return realRoots.some((root) => isInside(root, real));
}

function isInside(root: string, path: string): boolean {
  const way = relative(root, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

function requireEnding({ field, endings }: NamedFile, path: string): void {
  requireLocalPath(path, field);
  if (endings.some((ending) => path.toLowerCase().endsWith(ending)) && !path.includes('\0')) return;
  throw new AsofError(
    'ASOF_PATH_REFUSED',
    `${field} names ${nameOf(path)}; expected a file whose name ends in ${endings.join(' or ')}`,
    { details: { field } },
  );
}

/** Says the same of a file that exists and of one that does not. */
function outside(field: NamedFile['field'], path: string): AsofError {
  if (field === 'spine' && isKeptSpineName(basename(path))) return keptElsewhere();
  return new AsofError(
    'ASOF_PATH_REFUSED',
    `${field} names ${nameOf(path)}, which is not below a folder of ASOF_DATA_ROOTS as the worker has it (default: the folder ` +
      `data of its project). Put the file there, or add its folder to ASOF_DATA_ROOTS of the worker`,
    { details: { field } },
  );
}

/** A copy that a client handed over: its caller knows the spine by another name. */
function keptElsewhere(): AsofError {
  return new AsofError(
    'ASOF_PATH_REFUSED',
    'the spine was handed over by a program that keeps its files elsewhere than the worker: they have different settings. ' +
      'Give both one ASOF_DATA_ROOTS, or none and one ASOF_CACHE, and start both again',
    { details: { field: SPINE.field } },
  );
}

function unreadable(path: string, { code }: NodeJS.ErrnoException): AsofError {
  if (isKeptSpineName(basename(path))) return keptElsewhere();
  return new AsofError(
    'ASOF_FILE_UNREADABLE',
    `cannot read the spine ${nameOf(path)}: ${code}. The path is one of the machine that the worker runs on`,
    { details: { field: SPINE.field } },
  );
}

/** The last part of the path, as text that nothing else in a message can be taken for. */
function nameOf(path: string): string {
  return JSON.stringify(shortened(basename(path), 100));
}
