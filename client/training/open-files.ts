import { resolve } from 'node:path';
import { copyKeptSet, keepSpine, keptSet } from '../../adapters/files/kept-files.ts';
import { type OutFile, checkOutFile } from '../../adapters/files/out-file.ts';
import { dataRoots } from '../../config/data-roots.ts';
import { isOwnFile } from '../../db/training/training-set-files.ts';
import type { BuildFiles } from '../../schemas/workflows/build-training-set.ts';
import type { Connections } from '../shared/connections.ts';
import type { WaitOptions } from '../shared/follow-workflow.ts';

/** The files of a build. Relative paths start at the program's working directory. */
export interface BuildFileOptions {
  /** A CSV file in UTF-8 with a heading: the keys, observation timestamps, labels and splits. */
  readonly spine: string;
  /**
   * The Parquet file to write. Replaces one that Asof wrote, and no other. Omitted: the set is only where Asof
   * keeps it, which the result says.
   */
  readonly out?: string | undefined;
  /** Whether `out` replaces any file but the spine. Default: false. */
  readonly overwrite?: boolean | undefined;
  /** Whether a lookup may find nothing, as for a table that has no rows yet. Default: false. */
  readonly allowMissing?: boolean | undefined;
}

/** The files of a build, opened as the user of this program. */
export interface OpenedFiles {
  /** What the workflow gets. It works on this program's host. */
  readonly files: BuildFiles;
  /** Puts the built set at `out`. Resolves to the path of the file. */
  readonly take: (trainingSetId: string) => Promise<string>;
}

/**
 * Opens the files of a build, and hands the spine over by its content: the workflow need not name a file of
 * the caller. Checks `out` before anything starts, and again when the set is put there.
 *
 * @throws AsofError `ASOF_FILE_UNREADABLE`, `ASOF_FOLDER_UNWRITABLE`, `ASOF_OUT_REFUSED`.
 */
export async function openFiles(
  connections: Connections,
  { spine, out, overwrite = false, allowMissing = false, signal }: BuildFileOptions & WaitOptions,
): Promise<OpenedFiles> {
  const { kept } = dataRoots();
  const target = out && (await openOut(connections, { spine, path: resolve(out), overwrite }));
  // An empty path stays empty: the workflow reports it better.
  const copy = spine && (await keepSpine(kept, resolve(spine), signal));
  return {
    files: { spine: copy, host: connections.host, overwrite: false, allowMissing },
    async take(trainingSetId) {
      const from = keptSet(kept, trainingSetId);
      if (!target) return from;
      await copyKeptSet(from, target);
      return target.path;
    },
  };
}

async function openOut(connections: Connections, file: Omit<OutFile, 'isOwn'>): Promise<OutFile> {
  const pool = await connections.pool();
  const out = { ...file, isOwn: (sha256: string) => isOwnFile(pool, sha256) };
  await checkOutFile(out);
  return out;
}
