import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { TrainingSetDefinition } from '../../../domain/registry/definition.ts';
import { isParquet } from '../../files/first-bytes.ts';
import {
  type SpineOptions,
  type SpinePart,
  invalidSpine,
  readSpine,
  readSpineRecords,
  spineBytes,
} from '../../files/read-spine.ts';
import { TableFault } from '../../files/table-fault.ts';
import { parquetSpineRecords } from './spine-records.ts';

/** How a spine file is read, and a folder for a copy of it. */
export interface SpineFileOptions extends SpineOptions {
  readonly scratch: string;
}

/**
 * Reads and checks the rows of a spine, CSV or Parquet, in groups. Its first bytes tell one from the other, and
 * so does the ending of its name, for what is called Parquet and is not. Reads Parquet from
 * a copy, since DuckDB opens a file by its name: the bytes that are checked are those that are read.
 *
 * @throws AsofError `ASOF_FILE_UNREADABLE`; `ASOF_SPINE_INVALID`, listing the first problems by line or row.
 */
export async function* readSpineFile(
  path: string,
  definition: TrainingSetDefinition,
  { scratch, ...options }: SpineFileOptions,
): AsyncGenerator<SpinePart> {
  if (!(await isParquetSpine(path))) {
    yield* readSpine(path, definition, options);
    return;
  }
  const copy = join(scratch, 'spine.parquet');
  const target = createWriteStream(copy, { flags: 'wx', mode: 0o600 });
  await pipeline(spineBytes(path, options), target, { signal: options.signal });
  try {
    yield* readSpineRecords(parquetSpineRecords(copy), definition, { place: 'row', types: options.types });
  } catch (error) {
    throw error instanceof TableFault ? invalidSpine([error.message]) : error;
  }
}

async function isParquetSpine(path: string): Promise<boolean> {
  if (path.toLowerCase().endsWith('.parquet')) return true;
  for await (const bytes of spineBytes(path, {})) return isParquet(bytes);
  return false;
}
