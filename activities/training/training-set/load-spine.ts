import type { DuckDb } from '../../../adapters/duckdb/database.ts';
import { countLeaks } from '../../../adapters/duckdb/spine/leaks.ts';
import { loadArrangedSpine } from '../../../adapters/duckdb/spine/load-arranged.ts';
import type { SpineFile } from '../../../adapters/duckdb/spine/load.ts';
import type { TrainingSetDefinition } from '../../../domain/registry/definition.ts';
import { splitColumn } from '../../../domain/registry/spine-definition.ts';
import type { TrainingSetManifest } from '../../../domain/training/manifest.ts';
import type { SpineColumn } from '../../../domain/training/spine.ts';
import { leakNotes, refuseLeaks } from '../../../domain/training/split-leaks.ts';

/** The spine as it was given. */
interface GivenSpine {
  readonly columns: readonly SpineColumn[];
  /** The number of columns of the file without a name, which are not among `columns`. */
  readonly leftOut: number;
  readonly rows: number;
}

/** What a build knows of a spine once it is loaded, sampled and split. */
export interface LoadedSpine {
  readonly given: GivenSpine;
  /** Those of the file, then those that Asof adds. */
  readonly columns: readonly SpineColumn[];
  readonly rows: number;
  /** `bigint` if every label is a whole number. */
  readonly labelType: 'bigint' | 'double';
  readonly split: TrainingSetManifest['split'];
}

/**
 * Loads the spine into DuckDB, takes its sample and splits it.
 *
 * @throws AsofError `ASOF_SPLITS_LEAK`, `ASOF_SPINE_INVALID` for a sample without rows; whatever reading throws.
 */
export async function loadSpine(
  connection: DuckDb,
  file: SpineFile,
  definition: TrainingSetDefinition,
  report: (rows: number) => void,
): Promise<LoadedSpine> {
  const loaded = await loadArrangedSpine(connection, file, definition, report);
  const { given: asGiven, columns, splitRows, ...counts } = loaded;
  const { heading, rows } = asGiven;
  const given = { columns: heading.columns, leftOut: heading.width - heading.columns.length, rows };
  const rules = definition.spine;
  const leaks = await countLeaks(connection, rules.keys, columns);
  if (leaks) refuseLeaks(leaks, rules.refuseLeaks ?? []);
  const column = splitColumn(rules);
  const rule = rules.split !== null && typeof rules.split !== 'string' ? rules.split : undefined;
  const split = column === null || splitRows === null ? null : { column, rows: splitRows, rule, leaks };
  return { given, columns, ...counts, split };
}

/** What was done to a spine otherwise than one might expect. */
export function spineNotes({ given, rows, columns, split }: LoadedSpine): string[] {
  const ofFeatures = columns.filter(({ role }) => role === 'given').map(({ name }) => name);
  return [
    ...(given.leftOut === 0
      ? []
      : [
          `${given.leftOut} column(s) of the spine without a name left out, such as the index that pandas writes`,
        ]),
    ...(ofFeatures.length === 0
      ? []
      : [
          `the spine gives ${ofFeatures.length} feature(s) itself, which win over those that are looked up: ${ofFeatures.join(', ')}`,
        ]),
    ...(columns.some(({ role }) => role === 'weight') ? [`a sample of ${rows} of ${given.rows} rows`] : []),
    ...(split?.leaks ? leakNotes(split.leaks) : []),
  ];
}
