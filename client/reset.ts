import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { Kafka } from 'kafkajs';
import { deleteTopics } from '../adapters/kafka/topics.ts';
import type { Pool } from '../db/client.ts';
import { dropAll } from '../db/drop-all.ts';
import { currentDefinitions } from '../db/registry.ts';
import { streamWorkflowId } from './stream-workflow.ts';

/** What was emptied, for the operator to read. */
export interface ResetReport {
  readonly workflows: string[];
  readonly topics: string[];
}

/** Ends the streams, then deletes the topics of all registered sources and every table of Asof. */
export async function reset(pool: Pool, kafka: Kafka, temporal: Client): Promise<ResetReport> {
  const definitions = await currentDefinitions(pool);
  const sources = definitions.filter((definition) => definition.kind === 'event_source');
  const workflows: string[] = [];
  for (const { name } of sources) {
    if (await terminate(temporal, streamWorkflowId(name))) workflows.push(streamWorkflowId(name));
  }
  const topics = sources.map(({ topic }) => topic);
  await deleteTopics(kafka, topics);
  await dropAll(pool);
  return { workflows, topics };
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
