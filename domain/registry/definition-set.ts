import { DEFINITION_KINDS } from './definition-kinds.ts';
import {
  type BatchTableDefinition,
  type Definition,
  type DefinitionKind,
  type DefinitionOf,
  type EventSourceDefinition,
  FEATURE_TABLE_KINDS,
  type FeatureTableDefinition,
  type ModelDefinition,
  type OnlineTableDefinition,
  type ReferenceTableDefinition,
  type StreamTableDefinition,
  type TrainingSetDefinition,
  WRITTEN_TABLE_KINDS,
  type WrittenTableDefinition,
} from './definition.ts';
import { unknownDefinition } from './unknown-definition.ts';

/**
 * Definitions by kind and name. A lookup that never returns `undefined` throws {@link unknownDefinition}.
 */
export class DefinitionSet {
  /** All definitions in the order in which they are made: by kind, then as given. */
  readonly definitions: readonly Definition[];

  constructor(definitions: readonly Definition[]) {
    const step = ({ kind }: Definition) => DEFINITION_KINDS.indexOf(kind);
    this.definitions = [...definitions].sort((a, b) => step(a) - step(b));
  }

  ofKind<Kind extends DefinitionKind>(...kinds: readonly Kind[]): DefinitionOf<Kind>[] {
    const wanted: readonly DefinitionKind[] = kinds;
    return this.definitions.filter((definition): definition is DefinitionOf<Kind> =>
      wanted.includes(definition.kind),
    );
  }

  find<Kind extends DefinitionKind>(kind: Kind, name: string): DefinitionOf<Kind> | undefined {
    return this.ofKind(kind).find((definition) => definition.name === name);
  }

  findFeatureTable(name: string): FeatureTableDefinition | undefined {
    return this.ofKind(...FEATURE_TABLE_KINDS).find((table) => table.name === name);
  }

  source(name: string): EventSourceDefinition {
    return this.#get('event_source', name);
  }

  streamTable(name: string): StreamTableDefinition {
    return this.#get('stream_table', name);
  }

  batchTable(name: string): BatchTableDefinition {
    return this.#get('batch_table', name);
  }

  /** The feature table of any kind with this name. */
  featureTable(name: string): FeatureTableDefinition {
    const table = this.findFeatureTable(name);
    if (table) return table;
    throw unknownDefinition('feature_table', name, namesOf(this.ofKind(...FEATURE_TABLE_KINDS)));
  }

  /** The event source that a feature table is computed from; undefined for one that somebody else computes. */
  sourceOf(table: FeatureTableDefinition): EventSourceDefinition | undefined {
    return table.kind === 'external_table' ? undefined : this.source(table.source);
  }

  /** The table with this name whose rows users write. */
  writtenTable(name: string): WrittenTableDefinition {
    const tables = this.ofKind(...WRITTEN_TABLE_KINDS);
    const table = tables.find((candidate) => candidate.name === name);
    if (table) return table;
    throw unknownDefinition('written_table', name, namesOf(tables));
  }

  referenceTable(name: string): ReferenceTableDefinition {
    return this.#get('reference_table', name);
  }

  trainingSet(name: string): TrainingSetDefinition {
    return this.#get('training_set', name);
  }

  model(name: string): ModelDefinition {
    return this.#get('model', name);
  }

  onlineTable(name: string): OnlineTableDefinition {
    return this.#get('online_table', name);
  }

  #get<Kind extends DefinitionKind>(kind: Kind, name: string): DefinitionOf<Kind> {
    const definition = this.find(kind, name);
    if (definition) return definition;
    throw unknownDefinition(kind, name, namesOf(this.ofKind(kind)));
  }
}

function namesOf(definitions: readonly Definition[]): string[] {
  return definitions.map(({ name }) => name);
}
