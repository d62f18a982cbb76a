import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdtemp, realpath, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type DuckDb, withDuckDb } from '../../../adapters/duckdb/database.ts';
import { readParquet } from '../../../adapters/duckdb/training-set-file.ts';
import { openRegularFile } from '../../../adapters/files/regular-file.ts';
import type { StoredTrainingSet } from '../../../db/training/training-sets.ts';
import { AsofError } from '../../../domain/errors/asof-error.ts';
import type { TrainingSetManifest } from '../../../domain/training/manifest.ts';
import { reportAlive } from '../../shared/progress.ts';
import { BlocksHash } from '../canonical-blocks.ts';
import { hashBlocks } from '../hash-blocks.ts';
import { RowsHash } from '../rows-hash.ts';

/**
 * Compares the rows of the file with the hash in the registry, so that a model is never recorded as trained on
 * rows that another build has since replaced. Checks a copy of its own, whose bytes nobody else can change, and
 * leaves it at `checked` to be trained on.
 *
 * @returns the SHA-256 of its bytes.
 * @throws AsofError `ASOF_TRAINING_SET_FILE_CHANGED`.
 */
export async function checkRows(stored: StoredTrainingSet, checked: string): Promise<string> {
  const scratch = await mkdtemp(join(dirname(checked), 'check-'));
  try {
    const copy = join(scratch, 'rows.parquet');
    const bytes = await copyHashed(stored.path, copy);
    if ((await hashOfRows(stored, copy, scratch)) !== stored.sha256) throw new Error('it holds other rows');
    await rename(copy, checked);
    return bytes;
  } catch (error) {
    throw changed(stored, error as NodeJS.ErrnoException);
  } finally {
    await rm(scratch, { recursive: true });
  }
}

/** Repeats nothing of what DuckDB says: the columns that it names may be those of somebody else's file. */
function changed(stored: StoredTrainingSet, error: NodeJS.ErrnoException): Error {
  if (error.syscall === 'write') return error;
  const { id, name, path, sha256, manifest } = stored;
  const reason = error.syscall === undefined ? 'it holds other rows' : error.message;
  return new AsofError(
    'ASOF_TRAINING_SET_FILE_CHANGED',
    `the file '${path}' is not that of training set ${id} any more: ${reason}. Build '${name}' again from its spine '${manifest.spine.path}'`,
    { details: { id, path, sha256 } },
  );
}

async function copyHashed(from: string, to: string): Promise<string> {
  const hash = createHash('sha256');
  const hashing = async function* (parts: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const bytes of parts) {
      hash.update(bytes);
      reportAlive();
      yield bytes;
    }
  };
  const file = await openRegularFile(await realpath(from));
  await pipeline(file.createReadStream({ highWaterMark: 1 << 20 }), hashing, createWriteStream(to));
  return hash.digest('hex');
}

async function hashOfRows({ manifest }: StoredTrainingSet, path: string, scratch: string): Promise<string> {
  const hashOf = manifest.format === 1 ? hashOfJson : hashOfColumns;
  const file = { schema: manifest.schema, path };
  return withDuckDb(scratch, (connection) => hashOf(connection, file), { onProgress: reportAlive });
}

/** A training set's file. */
interface RowsFile {
  readonly schema: TrainingSetManifest['schema'];
  readonly path: string;
}

async function hashOfJson(connection: DuckDb, { schema, path }: RowsFile): Promise<string> {
  const hash = new RowsHash();
  for await (const rows of readParquet(connection, schema, path)) {
    for (const row of rows) hash.add(row);
    reportAlive();
  }
  return hash.digest();
}

async function hashOfColumns(connection: DuckDb, file: RowsFile): Promise<string> {
  const hash = new BlocksHash(file.schema);
  for await (const { columns } of hashBlocks(connection, file)) {
    hash.add(columns);
    reportAlive();
  }
  return hash.digest();
}
