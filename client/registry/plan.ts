import {
  type Definition,
  type EventSourceDefinition,
  type StreamTableDefinition,
  sameDefinition as same,
} from '../../domain/registry/definition.ts';
import type { DefinitionSet } from '../../schemas/definitions/definition-set.ts';
import { allowBatchTable, allowStreamTable, allowWiderReference } from './allowed-changes.ts';
import { type SourceContext, allowSource } from './allowed-source-changes.ts';

/** What is there already: the registry, the topics, and which sources the stream has read from. */
export interface Existing {
  readonly definitions: readonly Definition[];
  /** Every version of every event source. */
  readonly sourceVersions: readonly EventSourceDefinition[];
  readonly topics: readonly string[];
  readonly sourcesRead: ReadonlySet<string>;
}

/** One thing that `apply` will do. */
export interface Change {
  readonly action: 'create' | 'change';
  readonly what: string;
  readonly definition?: Definition;
  readonly topic?: { readonly name: string; readonly partitions: number };
}

/**
 * What it takes to make `wanted` real. Nothing that exists is ever removed or rewritten.
 *
 * @throws AsofError `ASOF_CHANGE_REFUSED` for a change that would leave rows wrong, naming the way round it.
 */
export function planChanges(wanted: DefinitionSet, existing: Existing): Change[] {
  const plan = <D extends Definition>(
    definitions: readonly D[],
    describe: (definition: D) => string,
    check: (before: D | undefined, after: D) => void = () => {},
  ): Change[] =>
    definitions.flatMap((definition) => changeOf(definition, describe(definition), check, existing));

  return [
    ...plan(
      wanted.sources,
      ({ name }) => `event source ${name}`,
      (before, after) => allowSource(before, after, contextOf(after, existing)),
    ),
    ...wanted.sources.flatMap((source) => topicChanges(source, existing)),
    ...plan(wanted.streamTables, (table) => describeStreamTable(table, existing), allowStreamTable),
    ...plan(wanted.referenceTables, ({ name }) => `reference table reference.${name}`, allowWiderReference),
    ...plan(
      wanted.batchTables,
      ({ name, schedule }) => `batch table features.${name} at '${schedule}'`,
      allowBatchTable,
    ),
    ...plan(wanted.onlineTables, ({ name, table }) => `online table ${name} of features.${table}`),
    ...plan(wanted.trainingSets, ({ name }) => `training set ${name}`),
    ...plan(wanted.models, ({ name, trainingSet }) => `model ${name} on ${trainingSet}`),
    ...plan(wanted.endpoints, ({ name, model }) => `endpoint ${name} for ${model ?? 'features alone'}`),
  ];
}

function contextOf(
  { name }: EventSourceDefinition,
  { definitions, sourceVersions }: Existing,
): SourceContext {
  return {
    versions: sourceVersions.filter((version) => version.name === name),
    tables: definitions
      .filter((definition) => definition.kind === 'stream_table' || definition.kind === 'batch_table')
      .filter(({ source }) => source === name),
  };
}

function describeStreamTable({ name, source }: StreamTableDefinition, existing: Existing): string {
  const isNew = !existing.definitions.some(
    ({ kind, name: other }) => kind === 'stream_table' && other === name,
  );
  const past =
    isNew && existing.sourcesRead.has(source) ? ', filled from the events that were read so far' : '';
  return `stream table features.${name} on ${source}${past}`;
}

function changeOf<D extends Definition>(
  definition: D,
  what: string,
  check: (before: D | undefined, after: D) => void,
  { definitions }: Existing,
): Change[] {
  const before = definitions.find(({ kind, name }) => kind === definition.kind && name === definition.name);
  if (before && same(before, definition)) return [];
  check(before as D | undefined, definition);
  return [{ action: before ? 'change' : 'create', what, definition }];
}

function topicChanges({ topic, topicPartitions }: EventSourceDefinition, { topics }: Existing): Change[] {
  if (topics.includes(topic)) return [];
  const what = `Kafka topic ${topic} with ${topicPartitions} partitions`;
  return [{ action: 'create', what, topic: { name: topic, partitions: topicPartitions } }];
}
