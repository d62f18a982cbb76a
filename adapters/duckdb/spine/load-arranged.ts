import type { DuckDBConnection } from '@duckdb/node-api';
import type { TrainingSetDefinition } from '../../../domain/registry/definition.ts';
import type { SpineColumn } from '../../../domain/training/spine.ts';
import { type ArrangedSpine, arrangeSpine, countSpine, requireSample } from './arrange.ts';
import { type SpineFile, loadSpineFile } from './load.ts';
import type { LoadedRows } from './parse.ts';

/** A spine in the table `spine`, sampled and split. */
export interface LoadedArranged extends ArrangedSpine {
  /** As the file has it. */
  readonly given: LoadedRows;
  /** Those of the file, then those that Asof adds. */
  readonly columns: readonly SpineColumn[];
}

/**
 * Loads a spine file, takes its sample and splits it.
 *
 * @throws AsofError `ASOF_SPINE_INVALID` for a sample without rows; whatever {@link loadSpineFile} throws.
 */
export async function loadArrangedSpine(
  connection: DuckDBConnection,
  file: SpineFile,
  definition: TrainingSetDefinition,
  report: (rows: number) => void,
): Promise<LoadedArranged> {
  const given = await loadSpineFile(connection, file, definition, report);
  const columns = await arrangeSpine(connection, definition.spine, given.heading.columns);
  const arranged = await countSpine(connection, columns);
  requireSample(arranged, given.rows);
  return { given, columns, ...arranged };
}
