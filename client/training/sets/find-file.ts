import { keptSet } from '../../../adapters/files/kept-files.ts';
import { sha256OfFile } from '../../../adapters/files/sha256-of-file.ts';
import { dataRoots } from '../../../config/data-roots.ts';
import { isFileOf } from '../../../db/training/training-set-files.ts';
import type { StoredTrainingSet } from '../../../db/training/training-sets.ts';
import type { Connections } from '../../shared/connections.ts';

/** The Parquet file of a training set, for this program. */
export interface FileState {
  /** Where it was written last, and the host that this path is of; null if that was not recorded. */
  readonly path: string;
  readonly host: string | null;
  /** A path at which this program reads the rows as they were built. Null: at none. */
  readonly readable: string | null;
  /**
   * `as built`: it is readable. `changed`: the file is there, with other bytes. `missing`: it is not there, or
   * this program may not read it. `elsewhere`: it is a file of another host.
   */
  readonly state: 'as built' | 'changed' | 'missing' | 'elsewhere';
}

/** Finds the rows of a training set among the files of this host: where they were written, or where Asof keeps them. */
export async function findFile(
  connections: Connections,
  { id, path, host }: StoredTrainingSet,
): Promise<FileState> {
  const pool = await connections.pool();
  const isHere = host === null || host === connections.host;
  const kept = keptSet(dataRoots().kept, id);
  const places = [...new Set([...(isHere ? [path] : []), kept])];
  let isThere = false;
  for (const place of places) {
    const sha256 = await sha256OfFile(place).catch(() => undefined);
    if (sha256 === undefined) continue;
    if (await isFileOf(pool, sha256, id)) return { path, host, readable: place, state: 'as built' };
    isThere = true;
  }
  const state = isThere ? 'changed' : isHere ? 'missing' : 'elsewhere';
  return { path, host, readable: null, state };
}
