import { AsofError } from '../../domain/errors/asof-error.ts';
import { featureTypes } from '../../domain/features/feature-types.ts';
import { requestTypes } from '../../domain/features/request-types.ts';
import { vectorLengths } from '../../domain/features/vectors.ts';
import type { DefinitionSet } from '../../domain/registry/definition-set.ts';
import type {
  Definition,
  FeatureLookup,
  FeatureTableDefinition,
  ScalarFeatureType,
  TrainingSetDefinition,
} from '../../domain/registry/definition.ts';
import type { RegisteredDefinition, Registry } from '../../domain/registry/registry.ts';
import { type LookupPlan, planLookup } from '../../domain/training/lookup-plan.ts';
import type { DefinitionReference } from '../../domain/training/manifest.ts';
import type { FeatureTypes } from '../../domain/training/spine.ts';
import { loadRegistryAt } from '../registry/registry-at.ts';
import { loadRegistry } from '../registry/registry.ts';
import type { Queryable } from '../sql/client.ts';
import { requireFilled } from '../tables/fills.ts';

/** A training set, and what it looks up and computes. */
export interface TrainingSetLookups {
  readonly definition: TrainingSetDefinition;
  readonly lookups: readonly LookupPlan[];
  /** The request features in their order, with their types. */
  readonly computed: readonly { readonly name: string; readonly type: ScalarFeatureType }[];
}

/** A training set in its current version, with everything that its rows depend on. */
export interface TrainingSetPlan extends TrainingSetLookups {
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
  return planOf(db, await loadRegistry(db), name);
}

/**
 * Loads a training set as a manifest names it: the versions of its definitions that it was built by.
 *
 * @throws AsofError `ASOF_DEFINITION_VERSION_GONE`, and the codes of {@link loadTrainingSet}.
 */
export async function loadTrainingSetVersion(
  db: Queryable,
  references: readonly DefinitionReference[],
): Promise<TrainingSetPlan> {
  const { name } = references.find(({ kind }) => kind === 'training_set')!;
  return planOf(db, await loadRegistryAt(db, references), name);
}

/** How a spine is read: by the names that looked-up features have as columns, by which it may give them, and their types. */
export function spineOf({ definition, lookups, computed }: TrainingSetLookups): {
  readonly definition: TrainingSetDefinition;
  readonly types: FeatureTypes;
} {
  const named = definition.lookups.map((lookup, at) => ({ ...lookup, features: lookups[at]!.features }));
  const lookedUp = lookups.flatMap(({ features }) => features.map(({ as, type }) => [as, type] as const));
  return {
    definition: { ...definition, lookups: named },
    types: new Map([...lookedUp, ...computed.map(({ name, type }) => [name, type] as const)]),
  };
}

async function planOf(db: Queryable, registry: Registry, name: string): Promise<TrainingSetPlan> {
  const definition = registry.trainingSet(name);
  await requireFilled(
    db,
    definition.lookups.map(({ table }) => table),
  );
  const tables = definition.lookups.map(({ table }) => registry.featureTable(table));
  const used = new Set([definition, ...tables.flatMap((table) => [table, ...madeFrom(table, registry)])]);
  return {
    ...trainingSetLookups(registry, definition),
    references: [...used].map((one) => referenceTo(registry.registered(one))),
  };
}

/**
 * Plans what a training set looks up and computes.
 *
 * @throws AsofError `ASOF_LOOKUP_INVALID` when a lookup does not fit its table.
 */
export function trainingSetLookups(
  definitions: DefinitionSet,
  definition: TrainingSetDefinition,
): TrainingSetLookups {
  const lookups = definition.lookups.map((lookup) => planFrom(definitions, lookup));
  return { definition, lookups, computed: computedFeatures(definition, lookups) };
}

function computedFeatures(definition: TrainingSetDefinition, lookups: readonly LookupPlan[]) {
  const lookedUp = lookups.flatMap(({ features }) => features.map(({ as, type }) => [as, type] as const));
  const types = requestTypes(lookedUp, definition);
  return (definition.requestFeatures ?? []).map(({ name }) => ({
    name,
    type: types.get(name) as ScalarFeatureType,
  }));
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

/**
 * Plans a lookup in a table of the registry.
 *
 * @throws AsofError `ASOF_LOOKUP_INVALID` when it does not fit its table.
 */
export function planFrom(registry: DefinitionSet, lookup: FeatureLookup): LookupPlan {
  const table = registry.featureTable(lookup.table);
  const source = registry.sourceOf(table);
  const types = featureTypes(table, source);
  const unknown = lookup.features
    .filter(({ feature }) => !types.has(feature))
    .map(({ feature }) => `'${feature}'`);
  if (unknown.length > 0) throw invalidLookup(lookup, `it has no feature ${unknown.join(', ')}`);
  if (lookup.lookupKeys.length !== table.primaryKeys.length)
    throw invalidLookup(lookup, `its primary keys are [${table.primaryKeys.join(', ')}]`);
  return planLookup(lookup, table, { types, lengths: vectorLengths(table, source) });
}

function invalidLookup({ table, lookupKeys }: FeatureLookup, why: string): AsofError {
  return new AsofError(
    'ASOF_LOOKUP_INVALID',
    `the look-up in '${table}' by [${lookupKeys.join(', ')}] cannot be made: ${why}. Correct the definition and apply`,
    { details: { table, lookupKeys } },
  );
}
