import { eventField, referenceField } from '../../../domain/lineage/add-sources.ts';
import type { VersionAlias } from '../../../domain/lineage/dependents.ts';
import type { LineageFacts } from '../../../domain/lineage/facts.ts';
import { type LineageGraph, type LineageNode, type NodeKind, reach } from '../../../domain/lineage/graph.ts';
import type { Definition } from '../../../domain/registry/definition.ts';
import { type OptionChange, decidesValues } from './option-changes.ts';

/** A model version that is made of what changes. */
export interface TouchedModel {
  readonly model: string;
  readonly version: number;
  /** Whether an endpoint serves it, an alias names it, or it is the newest version of the model, which scoring takes. */
  readonly inUse: boolean;
}

/** What is made of something that changes, by lineage. */
export interface Touched {
  /** The training sets that look up what changes, as they are defined now. */
  readonly definedSets: readonly string[];
  /** The ids of built training sets. They stay as they are. */
  readonly trainingSets: readonly string[];
  readonly models: readonly TouchedModel[];
  readonly onlineTables: readonly string[];
  readonly endpoints: readonly string[];
}

export const NOTHING_TOUCHED: Touched = {
  definedSets: [],
  trainingSets: [],
  models: [],
  onlineTables: [],
  endpoints: [],
};

/** What lineage is made from, and the aliases that people gave to model versions. */
export interface UseFacts extends LineageFacts {
  readonly aliases: readonly VersionAlias[];
}

/** What is made of the options of a definition that change, in the graph that is made from the facts. */
export function touchedBy(
  graph: LineageGraph,
  facts: UseFacts,
  definition: Definition,
  options: readonly OptionChange[],
): Touched {
  const changed = graph.nodes.filter((node) =>
    options.some(({ option }) => isAbout(node, definition, option)),
  );
  if (changed.length === 0) return NOTHING_TOUCHED;
  const reached = reach(graph, changed.map(idOf), 'uses');
  const ofKind = (kind: NodeKind): string[] =>
    graph.nodes.filter((node) => node.kind === kind && reached.has(node.id)).map(({ name }) => name);
  return {
    definedSets: [...new Set(ofKind('training_set_definition').map(unversioned))],
    trainingSets: ofKind('training_set'),
    models: ofKind('model_version').map((name) => modelOf(name, facts)),
    onlineTables: ofKind('online_table'),
    endpoints: ofKind('endpoint'),
  };
}

/** Whether an option of a definition says what a node of the lineage is. All versions of a table count. */
function isAbout({ id, kind, name }: LineageNode, definition: Definition, option: string): boolean {
  if (!decidesValues(option)) return false;
  const part = /^(?:features|intermediate|fields)\.([^.]+)/.exec(option)?.[1];
  const own = definition.name;
  switch (definition.kind) {
    case 'event_source':
      return part === undefined ? id === `event_source:${own}` : id === eventField(own, part);
    case 'reference_table':
      return part === undefined ? id === `reference_table:${own}` : id === referenceField(own, part);
    case 'stream_table':
    case 'batch_table':
    case 'external_table':
      return part === undefined
        ? kind === 'feature_table' && unversioned(name) === own
        : kind === 'feature' && unversioned(name) === `${own}.${part}`;
    case 'training_set':
      return kind === 'training_set_definition' && unversioned(name) === own;
    case 'online_table':
    case 'endpoint':
      return kind === definition.kind && name === own;
    case 'model':
      return false;
  }
}

function modelOf(name: string, { models, served, aliases }: UseFacts): TouchedModel {
  const [model, version] = [
    name.slice(0, name.lastIndexOf('/')),
    Number(name.slice(name.lastIndexOf('/') + 1)),
  ];
  const newest = Math.max(...models.filter((one) => one.name === model).map((one) => one.version));
  const isNamed = [...served, ...aliases].some((one) => one.model === model && one.version === version);
  return { model, version, inUse: isNamed || version === newest };
}

/** `user_activity_features@1.revenue_1h` without the version. */
function unversioned(name: string): string {
  return name.replace(/@\d+(?=\.|$)/, '');
}

function idOf({ id }: LineageNode): string {
  return id;
}
