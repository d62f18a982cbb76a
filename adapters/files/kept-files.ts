import { type Hash, createHash, randomUUID } from 'node:crypto';
import { constants, createReadStream, createWriteStream } from 'node:fs';
import { access, copyFile, open, realpath, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { AsofError, reasonOf } from '../../domain/errors/asof-error.ts';
import { TELLING_BYTES, isParquet } from './first-bytes.ts';
import { type SpineForm, isKeptSpineName } from './kept-spine-name.ts';
import { type OutFile, publishOutFile } from './out-file.ts';
import { makeOwnFolder } from './own-folder.ts';
import { sha256OfFile } from './sha256-of-file.ts';

const OWNER_ALONE = 0o600;

/** The folder of the training sets that Asof keeps. */
export function keptSets(kept: string): string {
  return join(kept, 'training-sets');
}

/** Where Asof keeps the training set with this id. */
export function keptSet(kept: string, id: string): string {
  return join(keptSets(kept), `${id}.parquet`);
}

/** The folder of the predictions that Asof keeps. */
export function keptScores(kept: string): string {
  return join(kept, 'scores');
}

/**
 * Makes a folder of kept files. Only its owner can enter it, or the one above it, where all is kept.
 *
 * @throws AsofError `ASOF_FOLDER_UNWRITABLE`.
 */
export async function makeKept(folder: string): Promise<void> {
  try {
    await makeOwnFolder(dirname(folder));
    await makeOwnFolder(folder);
  } catch (cause) {
    throw new AsofError(
      'ASOF_FOLDER_UNWRITABLE',
      `cannot make the folder '${folder}': ${reasonOf(cause)}. Asof keeps spines and training sets there; ` +
        'set ASOF_DATA_ROOTS or ASOF_CACHE to a folder of this user',
      { details: { folder }, cause },
    );
  }
}

/**
 * The SHA-256 that the bytes of a kept spine must have. Undefined for any other file.
 *
 * @param path a real path.
 */
export async function sha256OfKeptSpine(kept: string, path: string): Promise<string | undefined> {
  if (!isKeptSpineName(basename(path))) return undefined;
  const folder = await realpath(keptSpines(kept)).catch(() => undefined);
  return folder === dirname(path) ? basename(path).split('.', 1)[0] : undefined;
}

/**
 * Hands a spine over by its content: keeps a copy, which is called after its bytes. Reads the file as the
 * user of this process, so that a workflow need not name it. Its first bytes tell Parquet from CSV.
 *
 * @returns the path of the copy.
 * @throws AsofError `ASOF_FILE_UNREADABLE`, `ASOF_FOLDER_UNWRITABLE`.
 */
export function keepSpine(kept: string, path: string, signal?: AbortSignal): Promise<string> {
  return keepSpineBytes(kept, bytesOf(path), signal);
}

/**
 * Keeps a spine that is made as it is read: the bytes of a CSV or a Parquet file.
 *
 * @returns the path of the kept file.
 * @throws AsofError `ASOF_FOLDER_UNWRITABLE`; whatever the bytes throw.
 */
export async function keepSpineBytes(
  kept: string,
  bytes: AsyncIterable<Buffer>,
  signal?: AbortSignal,
): Promise<string> {
  const folder = keptSpines(kept);
  await makeKept(folder);
  const copy = join(folder, `.${randomUUID()}`);
  const seen: Seen = { hash: createHash('sha256'), beginning: Buffer.alloc(0) };
  try {
    const target = createWriteStream(copy, { flags: 'wx', mode: OWNER_ALONE, flush: true });
    await pipeline(watched(bytes, seen), target, { signal });
    const named = join(folder, `${seen.hash.digest('hex')}.${formOf(seen.beginning)}`);
    await rename(copy, named);
    return named;
  } finally {
    await rm(copy, { force: true });
  }
}

/** What is known of bytes that have passed. */
interface Seen {
  readonly hash: Hash;
  beginning: Buffer;
}

async function* watched(bytes: AsyncIterable<Buffer>, seen: Seen): AsyncGenerator<Buffer> {
  for await (const part of bytes) {
    seen.hash.update(part);
    if (seen.beginning.length < TELLING_BYTES)
      seen.beginning = Buffer.concat([seen.beginning, part.subarray(0, TELLING_BYTES)]);
    yield part;
  }
}

function formOf(beginning: Buffer): SpineForm {
  return isParquet(beginning) ? 'parquet' : 'csv';
}

/** Where Asof keeps the spine of this name. */
export function keptSpine(kept: string, name: string): string {
  return join(keptSpines(kept), name);
}

function keptSpines(kept: string): string {
  return join(kept, 'spines');
}

async function* bytesOf(path: string): AsyncGenerator<Buffer> {
  try {
    for await (const bytes of createReadStream(path, { highWaterMark: 1 << 20 })) yield bytes as Buffer;
  } catch (error) {
    throw unreadable(path, error as Error);
  }
}

/**
 * Puts a copy of a kept training set in its place, as the user of this process.
 *
 * @throws AsofError `ASOF_FILE_UNREADABLE`; `ASOF_TRAINING_SET_FILE_CHANGED` if no build wrote what is kept; the
 * codes of {@link publishOutFile}.
 */
export async function copyKeptSet(from: string, out: OutFile): Promise<void> {
  await copyKept(from, out, { is: 'the training set is built', again: 'build', changed });
}

/**
 * As {@link copyKeptSet}, for kept predictions, which are then only at their place.
 *
 * @throws AsofError `ASOF_FILE_UNREADABLE`; `ASOF_SCORES_FILE_CHANGED`; the codes of {@link publishOutFile}.
 */
export async function moveKeptScores(from: string, out: OutFile): Promise<void> {
  await copyKept(from, out, { is: 'the spine is scored', again: 'score', changed: scoresChanged });
  await rm(from, { force: true });
}

/** What is kept, in words. */
interface Kept {
  readonly is: string;
  readonly again: string;
  readonly changed: (path: string) => AsofError;
}

async function copyKept(from: string, out: OutFile, kept: Kept): Promise<void> {
  const copy = join(dirname(out.path), `.asof-copy-${randomUUID()}`);
  try {
    await access(from, constants.R_OK).catch((error: NodeJS.ErrnoException) => {
      throw notShared(from, kept, error);
    });
    await copyFile(from, copy, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    if (!(await out.isOwn(await sha256OfFile(copy)))) throw kept.changed(from);
    await flush(copy);
    await publishOutFile(copy, out);
  } finally {
    await rm(copy, { force: true });
  }
}

/** Makes the disk keep the file, before its name says that it is whole. */
export async function flush(path: string): Promise<void> {
  const file = await open(path, 'r');
  await file.sync().finally(() => file.close());
}

function unreadable(path: string, cause: Error): AsofError {
  return new AsofError('ASOF_FILE_UNREADABLE', `cannot read '${path}': ${cause.message}`, {
    details: { path },
    cause,
  });
}

function notShared(path: string, { is, again }: Kept, { code }: NodeJS.ErrnoException): AsofError {
  return new AsofError(
    'ASOF_FILE_UNREADABLE',
    `${is}, but this program cannot read '${path}', where it looks for the file: ${code}. Give it and the ` +
      `worker one user, and the same ASOF_DATA_ROOTS or ASOF_CACHE; then ${again} again`,
    { details: { path } },
  );
}

function changed(path: string): AsofError {
  return new AsofError(
    'ASOF_TRAINING_SET_FILE_CHANGED',
    `the kept training set '${path}' is not as its build wrote it; build it again`,
    { details: { path } },
  );
}

function scoresChanged(path: string): AsofError {
  return new AsofError(
    'ASOF_SCORES_FILE_CHANGED',
    `the kept predictions '${path}' are not as they were written; score the spine again`,
    { details: { path } },
  );
}
