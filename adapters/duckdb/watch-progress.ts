import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';

const LOOK_EVERY_MS = 1_000;

/**
 * Calls `onProgress` about once a second while a statement of the connection makes progress: DuckDB has
 * processed more rows, or its files have grown. Sorting and writing at the end show only in the files. With a
 * limit on memory, work that shows in neither takes a few seconds at most.
 *
 * @returns a function that ends the watch.
 */
export async function watchProgress(
  connection: DuckDBConnection,
  folder: string,
  onProgress: () => void,
): Promise<() => Promise<void>> {
  await connection.run('SET enable_progress_bar = true');
  await connection.run('SET enable_progress_bar_print = false');
  await connection.run('SET progress_bar_time = 0');
  let seen = '';
  let looking = Promise.resolve();
  const look = async (): Promise<void> => {
    const { rows_processed: rows, percentage } = connection.progress;
    const now = `${rows} rows, ${percentage} %, ${await bytesIn(folder)} bytes`;
    if (now !== seen) onProgress();
    seen = now;
  };
  // A look that fails shows no progress; the next one may.
  const timer = setInterval(() => {
    looking = looking.then(look).catch(() => {});
  }, LOOK_EVERY_MS);
  return async () => {
    clearInterval(timer);
    await looking;
  };
}

/** Counts the bytes of all files in the folder. Files may appear and disappear meanwhile. */
async function bytesIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const sizes = entries.map(async (entry) =>
    stat(join(entry.parentPath, entry.name)).then(
      ({ size }) => size,
      () => 0,
    ),
  );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
