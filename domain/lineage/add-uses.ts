import { expressionText } from '../expressions/expression-text.ts';
import { namesIn } from '../expressions/operands.ts';
import { type FeatureLookup, type RequestTime, isFeatureTable } from '../registry/definition.ts';
import { featureId, tableId } from './add-tables.ts';
import type { DefinitionVersions } from './definition-versions.ts';
import type { LineageFacts, SetOrigins } from './facts.ts';
import { type GraphDraft, nodeId } from './graph-draft.ts';

/** The version of a feature table that lookups read. Undefined: it is not known. */
type VersionOf = (table: string) => number | undefined;

/** Adds the training sets as they are defined, as they would be built now. */
export function addDefinedSets(draft: GraphDraft, versions: DefinitionVersions): void {
  const versionOf: VersionOf = (table) => versions.currentTable(table)?.version;
  for (const { definition, version } of versions.current('training_set')) {
    const name = `${definition.name}@${version}`;
    const id = draft.node('training_set_definition', name, null);
    addLookups(draft, definition.lookups, versionOf, id);
    addRequestTime(draft, { ...definition, owner: name }, versionOf, id);
  }
}

/** Adds the built training sets, each from the versions that its manifest names. */
export function addBuiltSets(
  draft: GraphDraft,
  versions: DefinitionVersions,
  sets: LineageFacts['sets'],
): void {
  for (const set of sets) addBuiltSet(draft, versions, set);
}

function addBuiltSet(draft: GraphDraft, versions: DefinitionVersions, set: SetOrigins): void {
  const { id, trainingSet, rows, cut, spine, definitions } = set;
  const own = definitions.find(({ kind, name }) => kind === 'training_set' && name === trainingSet);
  const made = `${trainingSet}@${own?.version ?? '?'}, ${rows} rows as known at write ${cut}`;
  const node = draft.node('training_set', id, made);
  draft.edge(draft.node('spine', spine.sha256, spine.path), node, 'spine');
  const definition = own && versions.find('training_set', trainingSet, own.version)?.definition;
  const tables = definitions.filter(isFeatureTable);
  const versionOf: VersionOf = (table) => tables.find(({ name }) => name === table)?.version;
  if (definition) {
    const owner = `${trainingSet}@${own.version}`;
    addLookups(draft, definition.lookups, versionOf, node);
    addRequestTime(draft, { ...definition, owner }, versionOf, node);
    return;
  }
  // What the set is made of is in the definition. Without it, the tables are all that is known.
  for (const { name, version } of tables)
    draft.edge(draft.node('feature_table', `${name}@${version}`), node, 'look_up');
}

/** Adds what is made of built training sets, and what serves. */
export function addServing(
  draft: GraphDraft,
  versions: DefinitionVersions,
  { models, served }: LineageFacts,
): void {
  for (const { name, version, trainingSetId } of models) {
    const model = draft.node('model_version', `${name}/${version}`, null);
    draft.edge(nodeId('training_set', trainingSetId), model, 'training');
  }
  const versionOf: VersionOf = (table) => versions.currentTable(table)?.version;
  for (const { definition } of versions.current('online_table')) {
    const table = versions.currentTable(definition.table);
    const online = draft.node('online_table', definition.name, null);
    if (!table) continue;
    draft.edge(tableId(definition.table, table.version), online, 'publication');
    for (const { name } of table.definition.features)
      draft.edge(featureId(definition.table, table.version, name), online, 'publication');
  }
  for (const { definition, version } of versions.current('endpoint')) {
    const endpoint = draft.node('endpoint', definition.name, null);
    const { lookups } = definition;
    if (lookups === null) continue;
    addLookups(draft, lookups, versionOf, endpoint);
    const owner = `endpoint ${definition.name}@${version}`;
    addRequestTime(draft, { ...definition, lookups, owner }, versionOf, endpoint);
  }
  for (const { endpoint, model, version } of served)
    draft.edge(nodeId('model_version', `${model}/${version}`), nodeId('endpoint', endpoint), 'serving');
}

function addLookups(
  draft: GraphDraft,
  lookups: readonly FeatureLookup[],
  versionOf: VersionOf,
  to: string,
): void {
  for (const { table, features } of lookups) {
    const version = versionOf(table);
    if (version === undefined) continue;
    for (const { feature, as } of features) draft.edge(featureId(table, version, feature), to, 'look_up', as);
  }
}

/** What a definition computes of requests, and what it looks up. */
interface OwnedRequestTime extends RequestTime {
  /** The definition in its version. */
  readonly owner: string;
  readonly lookups: readonly FeatureLookup[];
}

function addRequestTime(
  draft: GraphDraft,
  { owner, lookups, requestFields = [], requestFeatures = [] }: OwnedRequestTime,
  versionOf: VersionOf,
  to: string,
): void {
  const sources = new Map<string, string>();
  for (const { table, features } of lookups)
    for (const { feature, as } of features) {
      const version = versionOf(table);
      if (version !== undefined) sources.set(as, featureId(table, version, feature));
    }
  for (const { name, type } of requestFields)
    sources.set(name, draft.node('request_field', `${owner}.${name}`, type));
  for (const { name, expression } of requestFeatures)
    sources.set(name, draft.node('request_feature', `${owner}.${name}`, expressionText(expression)));
  for (const { name, expression } of requestFeatures) {
    const id = sources.get(name)!;
    draft.edge(id, to, 'value');
    for (const read of namesIn(expression)) {
      // A component of a vector is called after it.
      const source = sources.get(read) ?? sources.get(read.replace(/_\d+$/, ''));
      if (source !== undefined) draft.edge(source, id, 'value');
    }
  }
}
