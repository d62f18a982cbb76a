import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { fromDuckDb } from './duckdb-error.ts';
import { pathOfDatabase } from './sql-text.ts';
import { watchProgress } from './watch-progress.ts';

/**
 * A connection to an open DuckDB database. Code outside this folder uses this type instead of DuckDB's own.
 */
export type DuckDb = DuckDBConnection;

/** DuckDB spills what does not fit to disk, so the memory of a build does not grow with its rows. */
const MEMORY_LIMIT = '1GB';

export interface DuckDbOptions {
  /** An abort interrupts the running query. */
  readonly signal?: AbortSignal;
  /** Called about once a second while a query makes progress. */
  readonly onProgress?: () => void;
}

/**
 * Runs `work` on a new DuckDB database whose files are in `folder`.
 *
 * @throws AsofError `ASOF_PATH_UNSUPPORTED`, `ASOF_JOIN_REFUSED`, `ASOF_JOIN_INTERRUPTED` (unavailable).
 */
export async function withDuckDb<Result>(
  folder: string,
  work: (connection: DuckDb) => Promise<Result>,
  { signal, onProgress }: DuckDbOptions = {},
): Promise<Result> {
  const instance = await DuckDBInstance.create(pathOfDatabase(join(folder, 'build.duckdb')), {
    memory_limit: MEMORY_LIMIT,
    temp_directory: join(folder, 'spill'),
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  const connection = await instance.connect();
  const interrupt = (): void => connection.interrupt();
  signal?.addEventListener('abort', interrupt);
  let stopWatching: (() => Promise<void>) | undefined;
  try {
    stopWatching = onProgress && (await watchProgress(connection, folder, onProgress));
    return await work(connection);
  } catch (error) {
    throw fromDuckDb(error);
  } finally {
    await stopWatching?.();
    signal?.removeEventListener('abort', interrupt);
    connection.closeSync();
    instance.closeSync();
  }
}
