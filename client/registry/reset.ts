import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import type { KafkaClient } from '../../adapters/kafka/client.ts';
import { deleteTopics } from '../../adapters/kafka/topics.ts';
import type { Redis } from '../../adapters/redis/client.ts';
import { deleteAllKeys } from '../../adapters/redis/delete-all.ts';
import { dropAll } from '../../db/registry/drop-all.ts';
import { currentDefinitions } from '../../db/registry/registry.ts';
import type { Pool } from '../../db/sql/client.ts';
import type { Definition } from '../../domain/registry/definition.ts';
import {
  RETENTION_WORKFLOW_ID,
  backfillWorkflowId,
  batchRunWorkflowId,
  onlineWorkflowId,
  streamWorkflowId,
} from '../../domain/workflow-ids.ts';
import { deleteBatchSchedule, deleteRetentionSchedule } from './schedules.ts';

/** What was emptied, for the operator to read. */
export interface ResetReport {
  readonly workflows: string[];
  readonly schedules: string[];
  readonly topics: string[];
  /** How many keys of the online store. */
  readonly keys: number;
}

export interface ResetSystems {
  readonly pool: Pool;
  readonly kafka: KafkaClient;
  readonly redis: Redis;
  readonly temporal: Client;
}

/**
 * Ends the registered definitions' workflows and schedules, then deletes the sources' topics, the online store's keys
 * and every table of Asof.
 */
export async function reset({ pool, kafka, redis, temporal }: ResetSystems): Promise<ResetReport> {
  const definitions = await currentDefinitions(pool);
  const schedules: string[] = [];
  for (const { kind, name } of definitions) {
    if (kind === 'batch_table' && (await deleteBatchSchedule(temporal, name))) schedules.push(name);
  }
  if (await deleteRetentionSchedule(temporal)) schedules.push(RETENTION_WORKFLOW_ID);
  const workflows: string[] = [];
  for (const workflowId of [...definitions.flatMap(workflowIds), RETENTION_WORKFLOW_ID]) {
    if (await terminate(temporal, workflowId)) workflows.push(workflowId);
  }
  const topics = definitions.flatMap((definition) =>
    definition.kind === 'event_source' ? [definition.topic] : [],
  );
  await deleteTopics(kafka, topics);
  await dropAll(pool);
  return { workflows, schedules, topics, keys: await deleteAllKeys(redis) };
}

function workflowIds({ kind, name }: Definition): string[] {
  switch (kind) {
    case 'event_source':
      return [streamWorkflowId(name)];
    case 'batch_table':
      return [batchRunWorkflowId(name)];
    case 'online_table':
      return [onlineWorkflowId(name)];
    case 'stream_table':
      return [backfillWorkflowId(name)];
    case 'reference_table':
    case 'training_set':
    case 'model':
    case 'endpoint':
      return [];
  }
}

async function terminate(temporal: Client, workflowId: string): Promise<boolean> {
  try {
    await temporal.workflow.getHandle(workflowId).terminate('asof reset');
    return true;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}
