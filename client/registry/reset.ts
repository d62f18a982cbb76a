import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { deleteTopics } from '../../adapters/kafka/topics.ts';
import { deleteAllKeys } from '../../adapters/redis/delete-all.ts';
import { dropAll } from '../../db/registry/drop-all.ts';
import { loadRegistry } from '../../db/registry/registry.ts';
import { definitionKinds } from '../../domain/registry/definition-kinds.ts';
import { RETENTION_WORKFLOW_ID } from '../../domain/workflow-ids.ts';
import type { Connections } from '../shared/connections.ts';
import { deleteRetentionSchedule, deleteSchedule } from './schedules.ts';

/** What a reset ended and deleted. */
export interface ResetReport {
  /** The ids of the workflows that were ended. */
  readonly workflows: string[];
  /** The batch tables whose schedules were deleted, and `retention`. */
  readonly schedules: string[];
  /** The deleted Kafka topics. */
  readonly topics: string[];
  /** The number of deleted keys of the online store. */
  readonly keys: number;
}

/**
 * Ends the workflows and schedules of the registered definitions, then deletes the topics of the sources, the
 * keys of the online store, and all tables of Asof.
 */
export async function reset(connections: Connections): Promise<ResetReport> {
  const [pool, redis] = [await connections.pool(), await connections.redis()];
  const { client: temporal } = await connections.temporal();
  const registry = await loadRegistry(pool);
  const schedules: string[] = [];
  for (const { kind, name } of registry.definitions) {
    for (const scheduleId of definitionKinds[kind].scheduleIds(name))
      if (await deleteSchedule(temporal, scheduleId)) schedules.push(name);
  }
  if (await deleteRetentionSchedule(temporal)) schedules.push(RETENTION_WORKFLOW_ID);
  const workflows: string[] = [];
  const workflowIds = registry.definitions.flatMap(({ kind, name }) =>
    definitionKinds[kind].workflowIds(name),
  );
  for (const workflowId of [...workflowIds, RETENTION_WORKFLOW_ID]) {
    if (await terminate(temporal, workflowId)) workflows.push(workflowId);
  }
  const topics = registry.ofKind('event_source').map(({ topic }) => topic);
  await deleteTopics(connections.kafka(), topics);
  await dropAll(pool);
  return { workflows, schedules, topics, keys: await deleteAllKeys(redis) };
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
