import { resolve } from 'node:path';
import { keepSpine, keepSpineBytes } from '../../../adapters/files/kept-files.ts';
import { requireLocalPath } from '../../../adapters/files/local-path.ts';
import { readQuery } from '../../../db/batch/queries/read-query.ts';
import type { Connections } from '../../shared/connections.ts';
import { rowsCsv } from './rows-csv.ts';
import type { SpineSource } from './spine-source.ts';

/** Where to keep a spine, and the signal that ends the work. */
export interface KeepOptions {
  readonly kept: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Keeps the rows of a spine, wherever they come from, under the hash of their bytes.
 *
 * @returns the path of the kept file.
 * @throws AsofError `ASOF_FILE_UNREADABLE`, `ASOF_PATH_UNSUPPORTED`, `ASOF_FOLDER_UNWRITABLE`,
 * `ASOF_SPINE_INVALID`, `ASOF_SPINE_QUERY_INVALID`.
 */
export async function keepGivenSpine(
  connections: Connections,
  spine: SpineSource,
  { kept, signal }: KeepOptions,
): Promise<string> {
  if (typeof spine === 'string') {
    requireLocalPath(spine, 'the spine');
    return keepSpine(kept, resolve(spine), signal);
  }
  if ('rows' in spine) return keepSpineBytes(kept, rowsCsv(spine.rows), signal);
  return readQuery(await connections.pool(), spine.query, (csv) => keepSpineBytes(kept, csv, signal));
}
