import type { DefinitionSet } from '../registry/definition-set.ts';
import {
  type Definition,
  type DefinitionKind,
  FEATURE_TABLE_KINDS,
  isFeatureTable,
} from '../registry/definition.ts';
import type { LineageFacts, SetOrigins, TrainedVersion } from './facts.ts';

/** A definition, whatever its version. */
export interface DefinitionName {
  readonly kind: DefinitionKind;
  readonly name: string;
}

/** A name that people gave a version of a model in MLflow. */
export interface VersionAlias {
  readonly model: string;
  readonly version: number;
  readonly alias: string;
}

/** What dependents are found from. */
export interface DependencyFacts extends Pick<LineageFacts, 'sets' | 'models' | 'served'> {
  /** The current definitions. */
  readonly registered: DefinitionSet;
  readonly aliases: readonly VersionAlias[];
}

/** A definition that is built on another one. */
export interface DependentDefinition extends DefinitionName {
  /** What it is built on directly: the definition that was asked for, or one that depends on it. */
  readonly on: DefinitionName;
}

/** A version of a model, and what uses it. */
export interface DependentVersion extends TrainedVersion {
  /** Its aliases in MLflow. */
  readonly aliases: readonly string[];
  /** The endpoints that serve it. */
  readonly endpoints: readonly string[];
}

/** A built training set that was made from a definition. */
export interface DependentTrainingSet {
  readonly id: string;
  /** The name of its definition. */
  readonly trainingSet: string;
}

/** What depends on a definition. */
export interface Dependents {
  /** The definitions that are built on it, directly or through others, each after what it is built on. */
  readonly definitions: readonly DependentDefinition[];
  /** The built training sets that were made from it, in any version of it. */
  readonly trainingSets: readonly DependentTrainingSet[];
  /** The model versions that were trained on such a set; of an online table, that an endpoint looks up in it. */
  readonly models: readonly DependentVersion[];
}

/** Finds what depends on a definition: by the definitions as they are now, and by what was built from its versions. */
export function dependentsOf(facts: DependencyFacts, of: DefinitionName): Dependents {
  const sets = facts.sets.filter((set) => isMadeFrom(set, of));
  const ids = new Set(sets.map(({ id }) => id));
  return {
    definitions: builtOn(facts, of),
    trainingSets: sets.map(({ id, trainingSet }) => ({ id, trainingSet })),
    models: usersOf(facts, of, ids),
  };
}

/** Whether an alias or an endpoint names the version. */
export function isInUse({ aliases, endpoints }: Pick<DependentVersion, 'aliases' | 'endpoints'>): boolean {
  return aliases.length + endpoints.length > 0;
}

/** The model versions that were trained on a built training set. */
export function versionsTrainedOn(facts: DependencyFacts, trainingSetId: string): DependentVersion[] {
  return facts.models.filter((version) => version.trainingSetId === trainingSetId).map(withUses(facts));
}

function isMadeFrom({ definitions }: SetOrigins, of: DefinitionName): boolean {
  return definitions.some(({ kind, name }) => kind === of.kind && name === of.name);
}

function usersOf(facts: DependencyFacts, of: DefinitionName, sets: ReadonlySet<string>): DependentVersion[] {
  const { models, registered } = facts;
  if (of.kind === 'online_table') {
    const table = registered.find('online_table', of.name)?.table;
    return models
      .map(withUses(facts))
      .filter(
        ({ endpoints, trainingSetId }) =>
          endpoints.length > 0 && table !== undefined && looksUp(facts, trainingSetId, table),
      );
  }
  const isUser = ({ name, trainingSetId }: TrainedVersion): boolean =>
    of.kind === 'model' ? name === of.name : sets.has(trainingSetId);
  return models.filter(isUser).map(withUses(facts));
}

function withUses({ served, aliases }: DependencyFacts) {
  return (version: TrainedVersion): DependentVersion => {
    const isOf = (use: { model: string; version: number }): boolean =>
      use.model === version.name && use.version === version.version;
    const { name, version: number, trainingSetId } = version;
    return {
      name,
      version: number,
      trainingSetId,
      aliases: aliases.filter(isOf).map(({ alias }) => alias),
      endpoints: served.filter(isOf).map(({ endpoint }) => endpoint),
    };
  };
}

/** Goes from definition to definition, breadth first. No definition is built on itself. */
function builtOn(facts: DependencyFacts, of: DefinitionName): DependentDefinition[] {
  const found: DependentDefinition[] = [];
  const open = [of];
  for (const on of open)
    for (const { kind, name } of facts.registered.definitions) {
      const isKnown = found.some((one) => one.kind === kind && one.name === name);
      if (isKnown || !readsDirectly(facts, { kind, name }, on)) continue;
      found.push({ kind, name, on: { kind: on.kind, name: on.name } });
      open.push({ kind, name });
    }
  return found;
}

function readsDirectly(facts: DependencyFacts, reader: DefinitionName, on: DefinitionName): boolean {
  const definition: Definition = facts.registered.find(reader.kind, reader.name)!;
  return readBy(definition, facts).some(({ kind, name }) => kind === on.kind && name === on.name);
}

function readBy(definition: Definition, facts: DependencyFacts): DefinitionName[] {
  switch (definition.kind) {
    case 'stream_table':
      return [{ kind: 'event_source', name: definition.source }];
    case 'batch_table':
      return [
        { kind: 'event_source', name: definition.source },
        ...definition.references.map((name) => ({ kind: 'reference_table' as const, name })),
      ];
    case 'online_table':
      return tablesNamed(facts, [definition.table]);
    case 'training_set':
      return tablesNamed(facts, lookedUpBy(definition.lookups));
    case 'model':
      return [{ kind: 'training_set', name: definition.trainingSet }];
    case 'endpoint':
      return readByEndpoint(definition, facts);
    case 'event_source':
    case 'reference_table':
    case 'external_table':
      return [];
  }
}

/** An endpoint answers from the online tables of what it looks up itself, or for the version that it serves. */
function readByEndpoint(
  { name, model, lookups }: Extract<Definition, { kind: 'endpoint' }>,
  facts: DependencyFacts,
): DefinitionName[] {
  const { registered } = facts;
  const own = lookedUpBy(lookups ?? []);
  const ofModel = model === null ? [] : tablesOfModel(facts, name, model);
  const online = registered
    .ofKind('online_table')
    .filter(({ table }) => [...own, ...ofModel].includes(table))
    .map((one) => ({ kind: one.kind, name: one.name }));
  const asked = model === null ? tablesNamed(facts, own) : [{ kind: 'model' as const, name: model }];
  return [...asked, ...online];
}

function tablesOfModel(facts: DependencyFacts, endpoint: string, model: string): string[] {
  const { registered, served, models, sets } = facts;
  const set = registered.find('model', model)?.trainingSet;
  const defined = set === undefined ? [] : (registered.find('training_set', set)?.lookups ?? []);
  const version = served.find((one) => one.endpoint === endpoint)?.version;
  const trained = models.find((one) => one.name === model && one.version === version)?.trainingSetId;
  const built = sets.find(({ id }) => id === trained)?.definitions ?? [];
  return [...lookedUpBy(defined), ...built.filter(isFeatureTable).map(({ name }) => name)];
}

function looksUp({ sets }: DependencyFacts, trainingSetId: string, table: string): boolean {
  const set = sets.find(({ id }) => id === trainingSetId);
  return set?.definitions.some((one) => isFeatureTable(one) && one.name === table) ?? false;
}

function tablesNamed({ registered }: DependencyFacts, names: readonly string[]): DefinitionName[] {
  return registered
    .ofKind(...FEATURE_TABLE_KINDS)
    .filter(({ name }) => names.includes(name))
    .map(({ kind, name }) => ({ kind, name }));
}

function lookedUpBy(lookups: readonly { readonly table: string }[]): string[] {
  return lookups.map(({ table }) => table);
}
