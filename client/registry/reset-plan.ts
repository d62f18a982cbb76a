import { listTopics } from '../../adapters/kafka/topics.ts';
import { foreignRelations } from '../../db/registry/drop-all.ts';
import { type MadeThing, readMade } from '../../db/registry/made.ts';
import { readOwnRoles } from '../../db/registry/own-role.ts';
import { loadRegistry } from '../../db/registry/registry.ts';
import type { Pool } from '../../db/sql/client.ts';
import { listModels } from '../../db/training/models.ts';
import { definitionKinds } from '../../domain/registry/definition-kinds.ts';
import { RETENTION_DRY_RUN_WORKFLOW_ID, RETENTION_WORKFLOW_ID } from '../../domain/workflow-ids.ts';
import type { Connections } from '../shared/connections.ts';
import { runningAmong } from './remove/own-workflows.ts';

/** What a reset would end and delete, and what it would leave. */
export interface ResetPlan {
  /** The namespace, whose online keys go. */
  readonly namespace: string;
  /** The ids of the running workflows. */
  readonly workflows: readonly string[];
  /** The ids of the schedules. */
  readonly schedules: readonly string[];
  /** The Kafka topics that Asof made. */
  readonly topics: readonly string[];
  /** The tables that Asof made, as `schema.name`. */
  readonly relations: readonly string[];
  /** The roles of Postgres that Asof made. */
  readonly roles: readonly string[];
  /** What belongs to the definitions, or stands beside them, and stays, with the reason. */
  readonly stays: readonly { readonly what: string; readonly why: string }[];
}

/**
 * @param ownKafka whether Kafka is the running stack's: then the topics that an older version of Asof made or
 * found there count as made.
 */
export async function planReset(
  connections: Connections,
  { ownKafka }: { ownKafka: boolean },
): Promise<ResetPlan> {
  const pool = await connections.pool();
  const { namespace } = connections;
  const registry = await loadRegistry(pool);
  const made = await readMade(pool);
  const { client: temporal } = await connections.temporal();
  const workflowIds = registry.definitions
    .flatMap(({ kind, name }) => definitionKinds[kind].workflowIds(name))
    .concat(RETENTION_WORKFLOW_ID, RETENTION_DRY_RUN_WORKFLOW_ID)
    .map((id) => namespace.temporalId(id));
  const existing = await listTopics(connections.kafka());
  const goes = ({ state }: MadeThing): boolean => state === 'made' || (state === 'unknown' && ownKafka);
  const doomed = made.filter((thing) => thing.kind === 'topic' && goes(thing)).map(({ name }) => name);
  const read = [...new Set(registry.ofKind('event_source').map(({ topic }) => topic))];
  return {
    namespace: namespace.name,
    workflows: await runningAmong(temporal, workflowIds),
    schedules: namesOf(made, 'schedule'),
    topics: doomed.filter((topic) => existing.includes(topic)),
    relations: namesOf(made, 'relation'),
    roles: await readOwnRoles(pool),
    stays: [
      ...read
        .filter((topic) => existing.includes(topic) && !doomed.includes(topic))
        .map((topic) => ({ what: `Kafka topic ${topic}`, why: whyTopicStays(topic, made) })),
      ...(await foreignRelations(pool)).map((name) => ({ what: name, why: 'Asof did not make it' })),
      ...(await modelNames(pool)).map((model) => ({
        what: `MLflow model ${namespace.mlflowName(model)}`,
        why: 'models outlive what they were trained on; delete them in MLflow',
      })),
    ],
  };
}

function namesOf(made: readonly MadeThing[], kind: MadeThing['kind']): string[] {
  return made.filter((thing) => thing.kind === kind).map(({ name }) => name);
}

function whyTopicStays(topic: string, made: readonly MadeThing[]): string {
  const record = made.find(({ kind, name }) => kind === 'topic' && name === topic);
  if (record?.state === 'intended')
    return 'an apply was interrupted while it made it, so nobody knows whether it did';
  if (record?.state === 'unknown') return 'an older version of Asof did not record whether it made it';
  return 'Asof did not make it';
}

async function modelNames(pool: Pool): Promise<string[]> {
  return [...new Set((await listModels(pool)).map(({ name }) => name))];
}
