import type { Stats } from 'node:fs';
import { access, constants, link, lstat, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AsofError } from '../../domain/errors/asof-error.ts';
import { sha256OfFile } from './sha256-of-file.ts';

/** A file to write, and what may be replaced by it. */
export interface OutFile {
  readonly path: string;
  /** The file that the work reads, which nothing replaces. Undefined: it reads none. */
  readonly spine: string | undefined;
  /** Whether any file may be replaced. Otherwise only one that Asof made. */
  readonly overwrite: boolean;
  /** Whether Asof made a file whose bytes have this SHA-256. */
  readonly isOwn: (sha256: string) => Promise<boolean>;
}

/**
 * Checks that the file may be written.
 *
 * @returns whether there is a file that it may replace.
 * @throws AsofError `ASOF_FOLDER_UNWRITABLE`, `ASOF_OUT_REFUSED`.
 */
export async function checkOutFile(out: OutFile): Promise<boolean> {
  await requireFolder(dirname(out.path));
  const there = await unlessMissing(lstat(out.path));
  if (there === undefined) return false;
  const target = await unlessMissing(stat(out.path));
  if (target?.isDirectory()) throw refused(out, 'it is a folder. Name a file in it');
  if (await isSameFile(target, out.spine)) throw refused(out, 'it is the spine. Name another file');
  if (there.isSymbolicLink() ? target && !target.isFile() : !there.isFile())
    throw refused(out, 'it is not a file. Name another');
  if (out.overwrite) return true;
  if (target && (await out.isOwn(await sha256OfFile(out.path)))) return true;
  throw refused(
    out,
    'there is a file already, and this deployment has no record of writing it as it is now; a reset removes such records. ' +
      'Name another file, or allow it with --overwrite (overwrite in a program or a workflow)',
  );
}

/**
 * Moves `from`, on the same disk, to where the file is to be: at once and whole. Replaces what
 * {@link checkOutFile} allows, and nothing that appears meanwhile.
 *
 * @throws AsofError the codes of {@link checkOutFile}.
 */
export async function publishOutFile(from: string, out: OutFile): Promise<void> {
  if (!(await checkOutFile(out)) && (await isLinked(from, out.path))) return;
  await checkOutFile(out);
  await rename(from, out.path);
}

/** What a disk without hard links answers. */
const WITHOUT_LINKS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'];

/** Links the file, unless one is there by now or the disk knows no links. */
async function isLinked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (['EEXIST', ...WITHOUT_LINKS].includes(codeOf(error))) return false;
    throw error;
  }
}

async function requireFolder(folder: string): Promise<void> {
  try {
    if (!(await stat(folder)).isDirectory()) throw new Error('it is not a folder');
    await access(folder, constants.W_OK);
  } catch (error) {
    throw new AsofError(
      'ASOF_FOLDER_UNWRITABLE',
      `cannot write to the folder '${folder}': ${(error as Error).message}. ` +
        'Make it on the machine that the worker runs on, or name another file with out',
      { details: { folder }, cause: error },
    );
  }
}

/** Whether both are one file, by whatever names or links. */
async function isSameFile(one: Stats | undefined, path: string | undefined): Promise<boolean> {
  if (path === undefined) return false;
  const other = await unlessMissing(stat(path));
  return one !== undefined && other !== undefined && one.dev === other.dev && one.ino === other.ino;
}

async function unlessMissing(stats: Promise<Stats>): Promise<Stats | undefined> {
  return stats.catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  });
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

function refused({ path }: OutFile, why: string): AsofError {
  return new AsofError('ASOF_OUT_REFUSED', `cannot write '${path}': ${why}`, { details: { path } });
}
