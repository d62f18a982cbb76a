import { AsofError } from '../../domain/errors/asof-error.ts';
import { featureTypes } from '../../domain/features/feature-types.ts';
import type {
  EventSourceDefinition,
  FeatureLookup,
  TrainingSetDefinition,
} from '../../domain/registry/definition.ts';
import { type LookupPlan, planLookup } from '../../domain/training/lookup-plan.ts';
import type { DefinitionReference } from '../../domain/training/manifest.ts';
import { type Registered, currentVersions } from '../registry/registry.ts';
import type { Queryable } from '../sql/client.ts';
import { requireFilled } from '../tables/fills.ts';

/** A training set as the registry has it now, with everything that its rows depend on. */
export interface TrainingSetPlan {
  readonly definition: TrainingSetDefinition;
  readonly lookups: readonly LookupPlan[];
  /** The training set, then its feature tables with what they are made from, in the order of first use. */
  readonly references: readonly DefinitionReference[];
}

/** @throws AsofError `ASOF_TRAINING_SET_UNKNOWN`, `ASOF_LOOKUP_INVALID`, `ASOF_TABLE_NOT_FILLED`. */
export async function loadTrainingSet(db: Queryable, name: string): Promise<TrainingSetPlan> {
  const registry = await currentVersions(db);
  const set = registry.find(
    (entry) => entry.definition.kind === 'training_set' && entry.definition.name === name,
  );
  if (set?.definition.kind !== 'training_set') throw unknownTrainingSet(name, registry);
  const used = new Set<Registered>([set]);
  await requireFilled(
    db,
    set.definition.lookups.map(({ table }) => table),
  );
  const lookups = set.definition.lookups.map((lookup) => planFrom(registry, lookup, used));
  return {
    definition: set.definition,
    lookups,
    references: [...used].map(({ definition: { kind, name }, version, sha256 }) => ({
      kind,
      name,
      version,
      sha256,
    })),
  };
}

/** Plans a look-up, and adds its table, and what that is made from, to what is `used`. */
function planFrom(registry: readonly Registered[], lookup: FeatureLookup, used: Set<Registered>): LookupPlan {
  const entry = registry.find(
    ({ definition: { kind, name } }) => /^(stream|batch)_table$/.test(kind) && name === lookup.table,
  );
  const table = entry?.definition;
  if (table?.kind !== 'stream_table' && table?.kind !== 'batch_table')
    throw invalidLookup(lookup, 'there is no such feature table');
  const references = table.kind === 'batch_table' ? table.references : [];
  const madeFrom = registry.filter(
    ({ definition: { kind, name } }) =>
      (kind === 'event_source' && name === table.source) ||
      (kind === 'reference_table' && references.includes(name)),
  );
  for (const one of [entry!, ...madeFrom]) used.add(one);
  const source = madeFrom.map(({ definition }) => definition).find(({ kind }) => kind === 'event_source');
  const types = featureTypes(table, source as EventSourceDefinition);
  const unknown = lookup.features
    .filter(({ feature }) => !types.has(feature))
    .map(({ feature }) => `'${feature}'`);
  if (unknown.length > 0) throw invalidLookup(lookup, `it has no feature ${unknown.join(', ')}`);
  if (lookup.lookupKeys.length !== table.primaryKeys.length)
    throw invalidLookup(lookup, `its primary keys are [${table.primaryKeys.join(', ')}]`);
  return planLookup(lookup, table, types);
}

function unknownTrainingSet(name: string, registry: readonly Registered[]): AsofError {
  const sets = registry.filter(({ definition }) => definition.kind === 'training_set');
  const known = sets.map(({ definition }) => `'${definition.name}'`).join(', ') || 'none';
  return new AsofError(
    'ASOF_TRAINING_SET_UNKNOWN',
    `there is no training set '${name}'; known: ${known}. Check the name, or run: npx asof apply`,
    { details: { trainingSet: name } },
  );
}

function invalidLookup({ table, lookupKeys }: FeatureLookup, why: string): AsofError {
  return new AsofError(
    'ASOF_LOOKUP_INVALID',
    `the look-up in '${table}' by [${lookupKeys.join(', ')}] cannot be made: ${why}. Correct the definition and apply`,
    { details: { table, lookupKeys } },
  );
}
