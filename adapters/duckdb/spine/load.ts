import { rm } from 'node:fs/promises';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { TrainingSetDefinition } from '../../../domain/registry/definition.ts';
import { type SpineFileOptions, readSpineFile } from '../parquet/read-spine-file.ts';
import { loadPlainSpine } from './load-plain.ts';
import { type LoadedRows, loadParsedSpine } from './parse.ts';
import { copySpine } from './spine-copy.ts';

/** A spine file, and how it is read. */
export interface SpineFile extends SpineFileOptions {
  readonly path: string;
}

/**
 * Loads a spine file into the table `spine`: with DuckDB alone, or else value by value with the parser of spines,
 * which takes more forms and says what is wrong. Both give the same rows.
 *
 * @throws AsofError `ASOF_FILE_UNREADABLE`; `ASOF_SPINE_INVALID`, listing the first problems by line or row.
 */
export async function loadSpineFile(
  connection: DuckDBConnection,
  { path, ...options }: SpineFile,
  definition: TrainingSetDefinition,
  report: (rows: number) => void,
): Promise<LoadedRows> {
  const copy = await copySpine(path, options);
  const loaded = await loadPlainSpine(connection, copy, definition, options.types);
  await rm(copy.path);
  if (!loaded) return loadParsedSpine(connection, readSpineFile(path, definition, options), report);
  report(loaded.rows);
  return loaded;
}
