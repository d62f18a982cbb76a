import { z } from 'zod';
import { AsofError } from '../../domain/errors/asof-error.ts';
import type {
  BatchTableDefinition,
  Definition,
  EndpointDefinition,
  EventSourceDefinition,
  ModelDefinition,
  OnlineTableDefinition,
  ReferenceTableDefinition,
  StreamTableDefinition,
  TrainingSetDefinition,
} from '../../domain/registry/definition.ts';
import { relationName } from '../../domain/registry/relation-name.ts';
import { parseOrThrow } from '../values/parse.ts';
import { batchTableSchema } from './batch-table.ts';
import { batchTableProblems } from './checks/batch-table.ts';
import { endpointProblems } from './checks/endpoint.ts';
import { lookupProblems } from './checks/lookup.ts';
import { streamTableProblems } from './checks/stream-table.ts';
import { endpointSchema } from './endpoint.ts';
import { eventSourceSchema } from './event-source.ts';
import { modelSchema } from './model.ts';
import { onlineTableSchema } from './online-table.ts';
import { referenceTableSchema } from './reference-table.ts';
import { streamTableSchema } from './stream-table.ts';
import { trainingSetSchema } from './training-set.ts';

export const definitionSchema = z.discriminatedUnion('kind', [
  eventSourceSchema,
  streamTableSchema,
  referenceTableSchema,
  batchTableSchema,
  trainingSetSchema,
  modelSchema,
  onlineTableSchema,
  endpointSchema,
]);

/** Definitions that fit together: whatever one of them names is there, and has the right type. */
export interface DefinitionSet {
  readonly sources: readonly EventSourceDefinition[];
  readonly streamTables: readonly StreamTableDefinition[];
  readonly referenceTables: readonly ReferenceTableDefinition[];
  readonly batchTables: readonly BatchTableDefinition[];
  readonly trainingSets: readonly TrainingSetDefinition[];
  readonly models: readonly ModelDefinition[];
  readonly onlineTables: readonly OnlineTableDefinition[];
  readonly endpoints: readonly EndpointDefinition[];
}

/**
 * Checks definitions one by one and against each other.
 *
 * @throws AsofError `ASOF_DEFINITION_INVALID`, listing every problem.
 */
export function definitionSet(definitions: readonly unknown[]): DefinitionSet {
  const parsed = parseOrThrow(
    z.array(definitionSchema),
    definitions,
    'ASOF_DEFINITION_INVALID',
    'the definitions',
  );
  const set = byKind(parsed);
  const problems = [...clashes(set), ...misfits(set)];
  if (problems.length > 0) {
    throw new AsofError(
      'ASOF_DEFINITION_INVALID',
      `the definitions do not fit together:\n${problems.map((problem) => `✖ ${problem}`).join('\n')}`,
      { details: { problems } },
    );
  }
  return set;
}

function byKind(definitions: readonly Definition[]): DefinitionSet {
  return {
    sources: definitions.filter(({ kind }) => kind === 'event_source') as EventSourceDefinition[],
    streamTables: definitions.filter(({ kind }) => kind === 'stream_table') as StreamTableDefinition[],
    referenceTables: definitions.filter(
      ({ kind }) => kind === 'reference_table',
    ) as ReferenceTableDefinition[],
    batchTables: definitions.filter(({ kind }) => kind === 'batch_table') as BatchTableDefinition[],
    trainingSets: definitions.filter(({ kind }) => kind === 'training_set') as TrainingSetDefinition[],
    models: definitions.filter(({ kind }) => kind === 'model') as ModelDefinition[],
    onlineTables: definitions.filter(({ kind }) => kind === 'online_table') as OnlineTableDefinition[],
    endpoints: definitions.filter(({ kind }) => kind === 'endpoint') as EndpointDefinition[],
  };
}

function clashes(set: DefinitionSet): string[] {
  return [
    ...sharers(set.sources, relationName),
    ...sharers([...set.streamTables, ...set.batchTables], ({ name }) => name),
    ...sharers(set.onlineTables, ({ table }) => `features.${table} online`),
    ...[set.referenceTables, set.trainingSets, set.models, set.onlineTables, set.endpoints].flatMap((same) =>
      sharers<Definition>(same, ({ name }) => name),
    ),
  ];
}

function sharers<D extends Definition>(
  definitions: readonly D[],
  relation: (definition: D) => string,
): string[] {
  return [...new Set(definitions.map(relation))]
    .map((name) => ({ name, owners: definitions.filter((definition) => relation(definition) === name) }))
    .filter(({ owners }) => owners.length > 1)
    .map(
      ({ name, owners }) =>
        `${owners.map((owner) => `'${owner.name}'`).join(' and ')} would share the name ${name}; rename one`,
    );
}

function misfits(set: DefinitionSet): string[] {
  const featureTables = [...set.streamTables, ...set.batchTables];
  const lookable = { featureTables, sources: set.sources };
  return [
    ...set.streamTables.flatMap((table) => streamTableProblems(table, set.sources)),
    ...set.batchTables.flatMap((table) => batchTableProblems(table, set.sources, set.referenceTables)),
    ...set.trainingSets.flatMap(({ name, lookups }) =>
      lookups.flatMap((lookup) => lookupProblems(`training set '${name}'`, lookup, lookable)),
    ),
    ...set.models
      .filter(({ trainingSet }) => !set.trainingSets.some(({ name }) => name === trainingSet))
      .map(
        ({ name, trainingSet }) =>
          `model '${name}': there is no training set '${trainingSet}' among the definitions`,
      ),
    ...set.onlineTables
      .filter(({ table }) => !featureTables.some(({ name }) => name === table))
      .map(
        ({ name, table }) =>
          `online table '${name}': there is no feature table '${table}' among the definitions`,
      ),
    ...set.endpoints.flatMap((endpoint) => endpointProblems(endpoint, set.models, lookable)),
  ];
}
