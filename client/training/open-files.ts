import { resolve } from 'node:path';
import { copyKeptSet, keptSet } from '../../adapters/files/kept-files.ts';
import { requireLocalPath } from '../../adapters/files/local-path.ts';
import { type OutFile, checkOutFile } from '../../adapters/files/out-file.ts';
import { dataRoots } from '../../config/data-roots.ts';
import { isOwnFile } from '../../db/training/training-set-files.ts';
import type { MadeSpine } from '../../domain/training/made-spine.ts';
import type { TrainingSetWay } from '../../domain/training/manifest.ts';
import type { BuildFiles } from '../../schemas/workflows/build-training-set.ts';
import type { Connections } from '../shared/connections.ts';
import type { WaitOptions } from '../shared/follow-workflow.ts';
import { keepGivenSpine } from './spine/keep-given-spine.ts';
import { type SpineSource, isMadeSpine } from './spine/spine-source.ts';

/** The files of a build. Relative paths start at the program's working directory. */
export interface BuildFileOptions {
  /**
   * The keys, observation timestamps, labels and splits: the path of a CSV file in UTF-8 with a heading, or of a
   * Parquet file; rows; or a query. Or entities and moments, of which the workflow makes a spine without labels.
   */
  readonly spine: SpineSource | MadeSpine;
  /**
   * The Parquet file to write. Replaces one that Asof wrote, and no other. Omitted: the set is only where Asof
   * keeps it, which the result says.
   */
  readonly out?: string | undefined;
  /** Whether `out` replaces any file but the spine. Default: false. */
  readonly overwrite?: boolean | undefined;
  /** Whether a lookup may find nothing, as for a table that has no rows yet. Default: false. */
  readonly allowMissing?: boolean | undefined;
  /**
   * The values to take: `latest`, as corrected by now; `as-known`, as known as of each row's moment; `as-served`, as the
   * online tables had published them by then. Default: `latest`.
   */
  readonly as?: TrainingSetWay | undefined;
}

/** The files of a build, opened as the user of this program. */
export interface OpenedFiles {
  /** What the workflow gets. It works on this program's host. */
  readonly files: BuildFiles;
  /** The kept spine, or what the workflow makes one of. */
  readonly spine: string | MadeSpine;
  /** Puts the built set at `out`. Resolves to the path of the file. */
  readonly take: (trainingSetId: string) => Promise<string>;
}

/**
 * Opens the files of a build, and hands the spine over by its content: the workflow need not name a file of
 * the caller. Checks `out` before anything starts, and again when the set is put there.
 *
 * @throws AsofError `ASOF_FOLDER_UNWRITABLE`, `ASOF_OUT_REFUSED`, and the codes of {@link keepGivenSpine}.
 */
export async function openFiles(
  connections: Connections,
  {
    spine,
    out,
    overwrite = false,
    allowMissing = false,
    as = 'latest',
    signal,
  }: BuildFileOptions & WaitOptions,
): Promise<OpenedFiles> {
  const { kept } = dataRoots();
  const target = out && (await openOut(connections, { spine, path: out, overwrite }));
  // An empty path stays empty: the workflow reports it better.
  const isKept = spine && !isMadeSpine(spine);
  const copy = isKept ? await keepGivenSpine(connections, spine, { kept, signal }) : spine;
  return {
    spine: copy,
    files: { spine: copy, host: connections.host, overwrite: false, allowMissing, as },
    async take(trainingSetId) {
      const from = keptSet(kept, trainingSetId);
      if (!target) return from;
      await copyKeptSet(from, target);
      return target.path;
    },
  };
}

/** A file to write, as the caller names it. */
interface GivenOut extends Pick<OutFile, 'path' | 'overwrite'> {
  readonly spine: SpineSource | MadeSpine;
}

async function openOut(connections: Connections, { spine, path, overwrite }: GivenOut): Promise<OutFile> {
  requireLocalPath(path, 'out');
  const pool = await connections.pool();
  const file = { spine: typeof spine === 'string' ? spine : undefined, path: resolve(path), overwrite };
  const out = { ...file, isOwn: (sha256: string) => isOwnFile(pool, sha256) };
  await checkOutFile(out);
  return out;
}
