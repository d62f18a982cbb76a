import { resolve } from 'node:path';
import { checkOutFile } from '../../adapters/files/out-file.ts';
import { isOwnFile } from '../../db/training/training-set-files.ts';
import type { BuildFiles } from '../../schemas/workflows/build-training-set.ts';
import type { Connections } from '../shared/connections.ts';

/** The files of a build. Relative paths start at the program's working directory. */
export interface BuildFileOptions {
  /** A CSV file in UTF-8 with a heading: the keys, observation timestamps, labels and splits. */
  readonly spine: string;
  /** The Parquet file to write. Replaces one that Asof wrote, and no other. */
  readonly out: string;
  /** Whether `out` replaces any file but the spine. Default: false. */
  readonly overwrite?: boolean | undefined;
  /** Whether a lookup may find nothing, as for a table that has no rows yet. Default: false. */
  readonly allowMissing?: boolean | undefined;
}

/**
 * The files as a workflow takes them, which then works on this program's host. Checks `out` before anything
 * starts; the worker checks it again.
 *
 * @throws AsofError `ASOF_FOLDER_UNWRITABLE`, `ASOF_OUT_REFUSED`.
 */
export async function openFiles(
  connections: Connections,
  { spine, out, overwrite = false, allowMissing = false }: BuildFileOptions,
): Promise<BuildFiles> {
  // An empty path stays empty: the workflow reports it better.
  const [from, to] = [spine && resolve(spine), out && resolve(out)];
  if (from && to) {
    const pool = await connections.pool();
    await checkOutFile({ path: to, spine: from, overwrite, isOwn: (sha256) => isOwnFile(pool, sha256) });
  }
  return { spine: from, out: to, host: connections.host, overwrite, allowMissing };
}
