import type { ErrorCodeOf } from '../errors/errors.ts';
import {
  backfillWorkflowId,
  batchRunWorkflowId,
  fieldsWorkflowId,
  onlineWorkflowId,
  streamWorkflowId,
} from '../workflow-ids.ts';
import type { DefinitionKind } from './definition.ts';

/** What every layer may know of a kind of definition. */
interface KindFacts {
  /** The kind in words. */
  readonly title: string;
  /** The code of the error for an unknown name of this kind. */
  readonly unknownCode: ErrorCodeOf<'input'>;
  /** The ids of the workflows that work on the definition with this name. */
  readonly workflowIds: (name: string) => readonly string[];
}

const none = (): readonly string[] => [];

/**
 * The kinds of definitions, in the order in which definitions are made: each kind after the kinds that it
 * refers to.
 *
 * A new kind does not compile until each layer has an entry for it: its schema and checks
 * (`schemas/definitions`), its relations (`db/apply`), how `apply` describes and changes it
 * (`client/registry`).
 */
export const definitionKinds = {
  event_source: {
    title: 'event source',
    unknownCode: 'ASOF_SOURCE_UNKNOWN',
    workflowIds: (name) => [streamWorkflowId(name), fieldsWorkflowId(name)],
  },
  stream_table: {
    title: 'stream table',
    unknownCode: 'ASOF_TABLE_UNKNOWN',
    workflowIds: (name) => [backfillWorkflowId(name)],
  },
  reference_table: {
    title: 'reference table',
    unknownCode: 'ASOF_TABLE_UNKNOWN',
    workflowIds: none,
  },
  batch_table: {
    title: 'batch table',
    unknownCode: 'ASOF_TABLE_UNKNOWN',
    workflowIds: (name) => [batchRunWorkflowId(name)],
  },
  external_table: {
    title: 'external table',
    unknownCode: 'ASOF_TABLE_UNKNOWN',
    workflowIds: none,
  },
  online_table: {
    title: 'online table',
    unknownCode: 'ASOF_ONLINE_TABLE_UNKNOWN',
    workflowIds: (name) => [onlineWorkflowId(name)],
  },
  training_set: {
    title: 'training set',
    unknownCode: 'ASOF_TRAINING_SET_UNKNOWN',
    workflowIds: none,
  },
  model: {
    title: 'model',
    unknownCode: 'ASOF_DEFINITION_UNKNOWN',
    workflowIds: none,
  },
  endpoint: {
    title: 'endpoint',
    unknownCode: 'ASOF_ENDPOINT_UNKNOWN',
    workflowIds: none,
  },
} as const satisfies { readonly [Kind in DefinitionKind]: KindFacts };

/** Every kind, in the order in which definitions are made. */
export const DEFINITION_KINDS = Object.keys(definitionKinds) as readonly DefinitionKind[];
