import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { duckDbFailure, fromDuckDb } from './duckdb-error.ts';
import { watchProgress } from './watch-progress.ts';

/**
 * A connection to an open DuckDB database. Code outside this folder uses this type instead of DuckDB's own.
 */
export type DuckDb = DuckDBConnection;

/** DuckDB spills what does not fit to disk, so the memory of a build does not grow with its rows. */
const MEMORY_LIMIT = '1GB';

/** What the last step of a build of a million rows takes at most, with a tenth more CPU time than in {@link MEMORY_LIMIT}. */
const LITTLE_MEMORY = '400MB';

/** After a task that has freed so much, memory goes back to the system. DuckDB's own 128 MB stay with each thread. */
const KEPT_BY_ALLOCATOR = '8MB';

export interface DuckDbOptions {
  /** An abort interrupts the running query. */
  readonly signal?: AbortSignal;
  /** Called about once a second while a query makes progress. */
  readonly onProgress?: () => void;
}

/**
 * Runs `work` on a new DuckDB database in memory: what does not fit goes to `folder`. On disk, where tables are
 * compressed, joins take a third longer.
 *
 * @param work may run statements side by side, each on a connection of its own, and must wait for all of them.
 * @throws AsofError `ASOF_JOIN_REFUSED`, `ASOF_JOIN_INTERRUPTED` (unavailable).
 */
export async function withDuckDb<Result>(
  folder: string,
  work: (connection: DuckDb, another: () => Promise<DuckDb>) => Promise<Result>,
  { signal, onProgress }: DuckDbOptions = {},
): Promise<Result> {
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: MEMORY_LIMIT,
    allocator_flush_threshold: KEPT_BY_ALLOCATOR,
    temp_directory: join(folder, 'spill'),
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  const connection = await instance.connect();
  const others: DuckDb[] = [];
  const another = async (): Promise<DuckDb> => {
    const other = await instance.connect();
    others.push(other);
    return other;
  };
  const interrupt = (): void => {
    for (const one of [connection, ...others]) one.interrupt();
  };
  signal?.addEventListener('abort', interrupt);
  let stopWatching: (() => Promise<void>) | undefined;
  try {
    stopWatching = onProgress && (await watchProgress(connection, folder, onProgress));
    return await work(connection, another);
  } catch (error) {
    throw fromDuckDb(error);
  } finally {
    await stopWatching?.();
    signal?.removeEventListener('abort', interrupt);
    for (const one of [...others, connection]) one.closeSync();
    instance.closeSync();
  }
}

/**
 * Runs a statement that spills to disk before it takes much memory. One that cannot do with so little, say for long
 * texts, runs again with all that there is.
 */
export async function inLittleMemory(connection: DuckDb, statement: string): Promise<void> {
  try {
    await connection.run(`SET memory_limit = '${LITTLE_MEMORY}'`);
    await connection.run(statement);
  } catch (error) {
    if (duckDbFailure(error)?.kind !== 'Out of Memory') throw error;
    await connection.run(`SET memory_limit = '${MEMORY_LIMIT}'`);
    await connection.run(statement);
  } finally {
    await connection.run(`SET memory_limit = '${MEMORY_LIMIT}'`);
  }
}
