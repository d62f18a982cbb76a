import { readVersions } from '../../../db/registry/definition-versions.ts';
import type { Pool } from '../../../db/sql/client.ts';
import { readStatistics } from '../../../db/training/statistics.ts';
import type { StoredTrainingSet } from '../../../db/training/training-sets.ts';
import { requireTrainingSet } from '../../../db/training/training-sets.ts';
import type { DefinitionKind } from '../../../domain/registry/definition.ts';
import { meaningOf } from '../../../domain/registry/described.ts';
import { type ChangedOption, changedOptions } from '../../../domain/training/compare-definitions.ts';
import type { DefinitionReference } from '../../../domain/training/manifest.ts';
import { stabilityIndex } from '../../../domain/training/stability-index.ts';
import type { ColumnStatistics } from '../../../domain/training/statistics.ts';
import type { Connections } from '../../shared/connections.ts';
import { type ComparedRows, compareRows } from './compare-rows.ts';

/** What differs between two training sets. */
export interface TrainingSetDiff {
  readonly a: string;
  readonly b: string;
  /**
   * Whether they have the same rows in the same order, by their hashes. Null: their hashes have different formats, and
   * do not tell.
   */
  readonly same: boolean | null;
  /** What they were built from and how, where it differs: `way`, `cut`, `spine`, `split`, `rows`. */
  readonly changed: readonly ChangedOption[];
  /** The definitions that differ, or that only one was built from. */
  readonly definitions: readonly ChangedDefinition[];
  readonly rows: ComparedRows;
  /** The label and the features, by what they are like. Empty if one has no statistics. */
  readonly distributions: readonly ChangedDistribution[];
}

/** A definition of which two training sets have other versions. */
export interface ChangedDefinition {
  readonly kind: string;
  readonly name: string;
  /** The version that each was built from. Null: none. */
  readonly a: number | null;
  readonly b: number | null;
  /** What means something else. Empty if one version is not in the registry, or none of it changes a value. */
  readonly options: readonly ChangedOption[];
}

/** A column in two training sets. */
export interface ChangedDistribution {
  readonly column: string;
  /** Null: the set does not have the column. */
  readonly a: ColumnStatistics | null;
  readonly b: ColumnStatistics | null;
  /** The population stability index: 0 is no difference, and above 0.25 a shift. Null if one has no rows. */
  readonly stabilityIndex: number | null;
}

export async function compareTrainingSets(
  connections: Connections,
  [idA, idB]: readonly [string, string],
): Promise<TrainingSetDiff> {
  const pool = await connections.pool();
  const [a, b] = [await requireTrainingSet(pool, idA), await requireTrainingSet(pool, idB)];
  return {
    a: idA,
    b: idB,
    same: a.manifest.format === b.manifest.format ? a.sha256 === b.sha256 : null,
    changed: changedOptions(builtHow(a), builtHow(b)),
    definitions: await changedDefinitions(pool, a.manifest.definitions, b.manifest.definitions),
    rows: await compareRows(connections, a, b),
    distributions: distributionsOf(await readStatistics(pool, idA), await readStatistics(pool, idB)),
  };
}

function builtHow({ name, rows, manifest }: StoredTrainingSet): object {
  const { way, format, knowledge, spine, split, schema } = manifest;
  return {
    trainingSet: name,
    way,
    format,
    cut: knowledge.sequence,
    spine: spine.sha256,
    split,
    rows,
    columns: Object.fromEntries(schema.map((column) => [column.name, column.type])),
  };
}

async function changedDefinitions(
  pool: Pool,
  a: readonly DefinitionReference[],
  b: readonly DefinitionReference[],
): Promise<ChangedDefinition[]> {
  const named = new Map([...a, ...b].map((one) => [`${one.kind} ${one.name}`, one]));
  const changed: ChangedDefinition[] = [];
  for (const { kind, name } of named.values()) {
    const [ofA, ofB] = [a, b].map((all) => all.find((one) => one.kind === kind && one.name === name));
    if (ofA?.version === ofB?.version) continue;
    const versions = (await readVersions(pool, kind as DefinitionKind)).filter(
      ({ definition }) => definition.name === name,
    );
    const [meantA, meantB] = [ofA, ofB].map((one) => {
      const found = versions.find(({ version }) => version === one?.version);
      return found && meaningOf(found.definition);
    });
    const options = meantA && meantB ? changedOptions(meantA, meantB) : [];
    changed.push({ kind, name, a: ofA?.version ?? null, b: ofB?.version ?? null, options });
  }
  return changed;
}

function distributionsOf(
  a: readonly ColumnStatistics[],
  b: readonly ColumnStatistics[],
): ChangedDistribution[] {
  if (a.length === 0 || b.length === 0) return [];
  const columns = new Set([...a, ...b].map(({ column }) => column));
  return [...columns].map((column) => {
    const [ofA, ofB] = [a, b].map((all) => all.find((one) => one.column === column) ?? null);
    const index = ofA && ofB && ofA.type === ofB.type ? stabilityIndex(ofA, ofB) : null;
    return { column, a: ofA!, b: ofB!, stabilityIndex: index };
  });
}
