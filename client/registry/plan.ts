import { AsofError } from '../../domain/errors/asof-error.ts';
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
import { meaningOf } from '../../domain/registry/described.ts';
import { scheduleInWords } from '../../domain/time/timetable.ts';
import {
  allowBatchTable,
  allowExternalTable,
  allowStreamTable,
  allowWiderReference,
} from './allowed-changes.ts';
import { type SourceContext, allowSource } from './allowed-source-changes.ts';
import { type FieldGain, describeGain } from './plan/field-gains.ts';
import { type OptionChange, optionChanges } from './plan/option-changes.ts';

/** What exists: the registry, the topics, and the sources that a stream has read. */
export interface Existing {
  readonly registered: DefinitionSet;
  /** Every version of every event source. */
  readonly sourceVersions: readonly EventSourceDefinition[];
  readonly topics: readonly string[];
  readonly sourcesRead: ReadonlySet<string>;
  /** By source: fields that a source which has been read gains. Omitted: none does. */
  readonly fieldGains?: ReadonlyMap<string, FieldGain>;
}

/** One step of `apply`. */
export interface Change {
  /** `describe`: only what people say of the definition changes. It runs at once, and computes nothing. */
  readonly action: 'create' | 'change' | 'describe';
  /** The step in words, such as `event source user-events`. */
  readonly what: string;
  /** The definition to register, if the step registers one. */
  readonly definition?: Definition;
  /** The Kafka topic to make, if the step makes one. */
  readonly topic?: { readonly name: string; readonly partitions: number };
  /** The options that differ from the registered version. Empty for what is new. */
  readonly options: readonly OptionChange[];
  /** Why the step cannot be made: it would leave rows wrong. Undefined: it can. */
  readonly refused?: AsofError;
}

/** How a kind of definition is planned. */
interface KindPlan<D extends Definition> {
  describe(definition: D, existing: Existing): string;
  /** @throws AsofError `ASOF_CHANGE_REFUSED` if the change would leave rows wrong. */
  allow(before: D, after: D, existing: Existing): void;
  /** The changes that the definition needs outside the offline store. */
  beside(definition: D, existing: Existing, wanted: DefinitionSet): Change[];
}

const nothing = (): Change[] => [];
const anyChange = (): void => {};

const kindPlans: { readonly [Kind in DefinitionKind]: KindPlan<DefinitionOf<Kind>> } = {
  event_source: {
    describe: describeSource,
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
    describe: ({ name, schedule }) => `batch table features.${name} at ${scheduleInWords(schedule)}`,
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

/** Plans the changes that make `wanted` real, those that are refused included. Never removes or rewrites what exists. */
export function planChanges(wanted: DefinitionSet, existing: Existing): Change[] {
  return DEFINITION_KINDS.flatMap((kind) => {
    const definitions: readonly Definition[] = wanted.ofKind(kind);
    return [
      ...definitions.flatMap((definition) => changeOf(definition, existing)),
      ...definitions.flatMap((definition) => planOf(definition).beside(definition, existing, wanted)),
    ];
  });
}

function changeOf(definition: Definition, existing: Existing): Change[] {
  const before = existing.registered.find(definition.kind, definition.name);
  if (before && same(before, definition)) return [];
  const plan = planOf(definition);
  const what = plan.describe(definition, existing);
  if (!before) return [{ action: 'create', what, definition, options: [] }];
  const options = optionChanges(before, definition);
  const [meantBefore, meant] = [meaningOf(before), meaningOf(definition)];
  if (same(meantBefore, meant)) return [{ action: 'describe', what, definition, options }];
  const refused = refusalOf(() => plan.allow(meantBefore, meant, existing));
  return [{ action: 'change', what, definition, options, ...(refused && { refused }) }];
}

function refusalOf(allow: () => void): AsofError | undefined {
  try {
    allow();
    return undefined;
  } catch (error) {
    if (error instanceof AsofError && error.code === 'ASOF_CHANGE_REFUSED') return error;
    throw error;
  }
}

/** The words for a registered definition. */
export function describeDefinition(definition: Definition, existing: Existing): string {
  return planOf(definition).describe(definition, existing);
}

function contextOf({ name }: EventSourceDefinition, { registered, sourceVersions }: Existing): SourceContext {
  return {
    versions: sourceVersions.filter((version) => version.name === name),
    tables: registered.ofKind(...COMPUTED_TABLE_KINDS).filter(({ source }) => source === name),
    references: registered.ofKind('reference_table'),
  };
}

function describeSource({ name }: EventSourceDefinition, { fieldGains }: Existing): string {
  const gain = fieldGains?.get(name);
  return `event source ${name}${gain ? `, whose ${describeGain(gain)}` : ''}`;
}

function describeStreamTable(
  { name, source }: StreamTableDefinition,
  { registered, sourcesRead }: Existing,
): string {
  const isNew = !registered.find('stream_table', name);
  const past = isNew && sourcesRead.has(source) ? ', filled from the events that were read so far' : '';
  return `stream table features.${name} on ${source}${past}`;
}

/** Of several sources on one topic, the first makes it, with the most partitions that one of them asks for. */
function topicChanges(source: EventSourceDefinition, { topics }: Existing, wanted: DefinitionSet): Change[] {
  const { topic } = source;
  const sharing = wanted.ofKind('event_source').filter((other) => other.topic === topic);
  if (topics.includes(topic) || sharing[0]?.name !== source.name) return [];
  const partitions = Math.max(...sharing.map(({ topicPartitions }) => topicPartitions));
  const what = `Kafka topic ${topic} with ${partitions} partitions`;
  return [{ action: 'create', what, topic: { name: topic, partitions }, options: [] }];
}
