import { DEFINITION_KINDS } from '../../domain/registry/definition-kinds.ts';
import type { DefinitionSet } from '../../domain/registry/definition-set.ts';
import {
  COMPUTED_TABLE_KINDS,
  type Definition,
  type DefinitionKind,
  type DefinitionOf,
  type EventSourceDefinition,
  type StreamTableDefinition,
  sameDefinition as same,
} from '../../domain/registry/definition.ts';
import {
  allowBatchTable,
  allowExternalTable,
  allowStreamTable,
  allowWiderReference,
} from './allowed-changes.ts';
import { type SourceContext, allowSource } from './allowed-source-changes.ts';

/** What exists: the registry, the topics, and the sources that a stream has read. */
export interface Existing {
  readonly registered: DefinitionSet;
  /** Every version of every event source. */
  readonly sourceVersions: readonly EventSourceDefinition[];
  readonly topics: readonly string[];
  readonly sourcesRead: ReadonlySet<string>;
}

/** One step of `apply`. */
export interface Change {
  readonly action: 'create' | 'change';
  /** The step in words, such as `event source user-events`. */
  readonly what: string;
  /** The definition to register, if the step registers one. */
  readonly definition?: Definition;
  /** The Kafka topic to make, if the step makes one. */
  readonly topic?: { readonly name: string; readonly partitions: number };
}

/** How a kind of definition is planned. */
interface KindPlan<D extends Definition> {
  describe(definition: D, existing: Existing): string;
  /** @throws AsofError `ASOF_CHANGE_REFUSED` if the change would leave rows wrong. */
  allow(before: D, after: D, existing: Existing): void;
  /** The changes that the definition needs outside the offline store. */
  beside(definition: D, existing: Existing): Change[];
}

const nothing = (): Change[] => [];
const anyChange = (): void => {};

const kindPlans: { readonly [Kind in DefinitionKind]: KindPlan<DefinitionOf<Kind>> } = {
  event_source: {
    describe: ({ name }) => `event source ${name}`,
    allow: (before, after, existing) => allowSource(before, after, contextOf(after, existing)),
    beside: topicChanges,
  },
  stream_table: { describe: describeStreamTable, allow: allowStreamTable, beside: nothing },
  reference_table: {
    describe: ({ name }) => `reference table reference.${name}`,
    allow: allowWiderReference,
    beside: nothing,
  },
  batch_table: {
    describe: ({ name, schedule }) => `batch table features.${name} at '${schedule}'`,
    allow: allowBatchTable,
    beside: nothing,
  },
  external_table: {
    describe: ({ name }) => `external table features.${name}`,
    allow: allowExternalTable,
    beside: nothing,
  },
  online_table: {
    describe: ({ name, table }) => `online table ${name} of features.${table}`,
    allow: anyChange,
    beside: nothing,
  },
  training_set: { describe: ({ name }) => `training set ${name}`, allow: anyChange, beside: nothing },
  model: {
    describe: ({ name, trainingSet }) => `model ${name} on ${trainingSet}`,
    allow: anyChange,
    beside: nothing,
  },
  endpoint: {
    describe: ({ name, model }) => `endpoint ${name} for ${model ?? 'features alone'}`,
    allow: anyChange,
    beside: nothing,
  },
};

function planOf({ kind }: Definition): KindPlan<Definition> {
  return kindPlans[kind];
}

/**
 * Plans the changes that make `wanted` real. Never removes or rewrites what exists.
 *
 * @throws AsofError `ASOF_CHANGE_REFUSED` if a change would leave rows wrong; the message says what to do
 * instead.
 */
export function planChanges(wanted: DefinitionSet, existing: Existing): Change[] {
  return DEFINITION_KINDS.flatMap((kind) => {
    const definitions: readonly Definition[] = wanted.ofKind(kind);
    return [
      ...definitions.flatMap((definition) => changeOf(definition, existing)),
      ...definitions.flatMap((definition) => planOf(definition).beside(definition, existing)),
    ];
  });
}

function changeOf(definition: Definition, existing: Existing): Change[] {
  const before = existing.registered.find(definition.kind, definition.name);
  if (before && same(before, definition)) return [];
  const plan = planOf(definition);
  if (before) plan.allow(before, definition, existing);
  const what = plan.describe(definition, existing);
  return [{ action: before ? 'change' : 'create', what, definition }];
}

function contextOf({ name }: EventSourceDefinition, { registered, sourceVersions }: Existing): SourceContext {
  return {
    versions: sourceVersions.filter((version) => version.name === name),
    tables: registered.ofKind(...COMPUTED_TABLE_KINDS).filter(({ source }) => source === name),
  };
}

function describeStreamTable(
  { name, source }: StreamTableDefinition,
  { registered, sourcesRead }: Existing,
): string {
  const isNew = !registered.find('stream_table', name);
  const past = isNew && sourcesRead.has(source) ? ', filled from the events that were read so far' : '';
  return `stream table features.${name} on ${source}${past}`;
}

function topicChanges({ topic, topicPartitions }: EventSourceDefinition, { topics }: Existing): Change[] {
  if (topics.includes(topic)) return [];
  const what = `Kafka topic ${topic} with ${topicPartitions} partitions`;
  return [{ action: 'create', what, topic: { name: topic, partitions: topicPartitions } }];
}
