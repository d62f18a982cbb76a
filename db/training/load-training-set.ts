import { AsofError } from '../../domain/errors/asof-error.ts';
import { featureTypes } from '../../domain/features/feature-types.ts';
import type {
  Definition,
  FeatureLookup,
  FeatureTableDefinition,
  TrainingSetDefinition,
} from '../../domain/registry/definition.ts';
import type { RegisteredDefinition, Registry } from '../../domain/registry/registry.ts';
import { type LookupPlan, planLookup } from '../../domain/training/lookup-plan.ts';
import type { DefinitionReference } from '../../domain/training/manifest.ts';
import { loadRegistry } from '../registry/registry.ts';
import type { Queryable } from '../sql/client.ts';
import { requireFilled } from '../tables/fills.ts';

/** A training set in its current version, with everything that its rows depend on. */
export interface TrainingSetPlan {
  readonly definition: TrainingSetDefinition;
  readonly lookups: readonly LookupPlan[];
  /**
   * The training set itself, then its feature tables, each with what it is made from, in the order of first
   * use.
   */
  readonly references: readonly DefinitionReference[];
}

/**
 * Loads a training set from the registry.
 *
 * @throws AsofError `ASOF_TRAINING_SET_UNKNOWN` when no such training set was applied, `ASOF_LOOKUP_INVALID`
 * when a lookup does not fit its table, `ASOF_TABLE_NOT_FILLED` when one of its tables is not filled.
 */
export async function loadTrainingSet(db: Queryable, name: string): Promise<TrainingSetPlan> {
  const registry = await loadRegistry(db);
  const definition = registry.trainingSet(name);
  await requireFilled(
    db,
    definition.lookups.map(({ table }) => table),
  );
  const tables = definition.lookups.map(({ table }) => registry.featureTable(table));
  const used = new Set([definition, ...tables.flatMap((table) => [table, ...madeFrom(table, registry)])]);
  return {
    definition,
    lookups: definition.lookups.map((lookup) => planFrom(registry, lookup)),
    references: [...used].map((one) => referenceTo(registry.registered(one))),
  };
}

/** The definitions that a feature table is computed from. */
function madeFrom(table: FeatureTableDefinition, registry: Registry): Definition[] {
  if (table.kind === 'external_table') return [];
  const references = table.kind === 'batch_table' ? table.references : [];
  return [
    registry.source(table.source),
    ...registry.ofKind('reference_table').filter(({ name }) => references.includes(name)),
  ];
}

function referenceTo({
  definition: { kind, name },
  version,
  sha256,
}: RegisteredDefinition): DefinitionReference {
  return { kind, name, version, sha256 };
}

function planFrom(registry: Registry, lookup: FeatureLookup): LookupPlan {
  const table = registry.featureTable(lookup.table);
  const types = featureTypes(table, registry.sourceOf(table));
  const unknown = lookup.features
    .filter(({ feature }) => !types.has(feature))
    .map(({ feature }) => `'${feature}'`);
  if (unknown.length > 0) throw invalidLookup(lookup, `it has no feature ${unknown.join(', ')}`);
  if (lookup.lookupKeys.length !== table.primaryKeys.length)
    throw invalidLookup(lookup, `its primary keys are [${table.primaryKeys.join(', ')}]`);
  return planLookup(lookup, table, types);
}

function invalidLookup({ table, lookupKeys }: FeatureLookup, why: string): AsofError {
  return new AsofError(
    'ASOF_LOOKUP_INVALID',
    `the look-up in '${table}' by [${lookupKeys.join(', ')}] cannot be made: ${why}. Correct the definition and apply`,
    { details: { table, lookupKeys } },
  );
}
