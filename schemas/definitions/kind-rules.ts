import type { z } from 'zod';
import type { DefinitionSet } from '../../domain/registry/definition-set.ts';
import type { Definition, DefinitionKind, DefinitionOf } from '../../domain/registry/definition.ts';
import { relationName } from '../../domain/registry/relation-name.ts';
import { batchTableSchema } from './batch-table.ts';
import { batchTableProblems } from './checks/batch-table.ts';
import { endpointProblems } from './checks/endpoint.ts';
import { modelProblems } from './checks/model.ts';
import { onlineTableProblems } from './checks/online-table.ts';
import { streamTableProblems } from './checks/stream-table.ts';
import { trainingSetProblems } from './checks/training-set.ts';
import { endpointSchema } from './endpoint.ts';
import { eventSourceSchema } from './event-source.ts';
import { externalTableSchema } from './external-table.ts';
import { modelSchema } from './models/model.ts';
import { onlineTableSchema } from './online-table.ts';
import { referenceTableSchema } from './reference-table.ts';
import { streamTableSchema } from './stream-table.ts';
import { trainingSetSchema } from './training-set.ts';

/** A name that only one definition may have. */
export interface Claim {
  /** The namespace in which the name is unique. */
  readonly among: string;
  readonly name: string;
}

/** The rules for definitions of one kind. */
interface KindRules<D extends Definition> {
  readonly schema: z.ZodType<D>;
  claims(definition: D): readonly Claim[];
  /** The reasons why the definition does not fit the others. */
  problems(definition: D, among: DefinitionSet): readonly string[];
}

export const kindRules = {
  event_source: {
    schema: eventSourceSchema,
    claims: (source) => [{ among: 'events', name: relationName(source) }],
    problems: () => [],
  },
  stream_table: {
    schema: streamTableSchema,
    claims: ({ name }) => [{ among: 'features', name }],
    problems: streamTableProblems,
  },
  reference_table: {
    schema: referenceTableSchema,
    claims: ({ name }) => [{ among: 'write-table', name }],
    problems: () => [],
  },
  batch_table: {
    schema: batchTableSchema,
    claims: ({ name }) => [{ among: 'features', name }],
    problems: batchTableProblems,
  },
  external_table: {
    schema: externalTableSchema,
    claims: ({ name }) => [
      { among: 'features', name },
      { among: 'write-table', name },
    ],
    problems: () => [],
  },
  online_table: {
    schema: onlineTableSchema,
    claims: (online) => [{ among: 'online', name: `features.${online.table} online` }, ...itsName(online)],
    problems: onlineTableProblems,
  },
  training_set: { schema: trainingSetSchema, claims: itsName, problems: trainingSetProblems },
  model: { schema: modelSchema, claims: itsName, problems: modelProblems },
  endpoint: { schema: endpointSchema, claims: itsName, problems: endpointProblems },
} satisfies { readonly [Kind in DefinitionKind]: KindRules<DefinitionOf<Kind>> };

export function rulesOf({ kind }: Definition): KindRules<Definition> {
  return kindRules[kind];
}

function itsName({ kind, name }: Definition): Claim[] {
  return [{ among: kind, name }];
}
