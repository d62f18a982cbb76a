import type { Client as TemporalClient } from '@temporalio/client';
import { listTopics } from '../../../adapters/kafka/topics.ts';
import { OnlineKeys } from '../../../adapters/redis/keys.ts';
import { relationsMadeFor } from '../../../db/apply/what-belongs.ts';
import { readersOf, relationNamed } from '../../../db/registry/drop-relations.ts';
import { readMade } from '../../../db/registry/made.ts';
import { relationSize } from '../../../db/registry/relation-sizes.ts';
import type { Queryable } from '../../../db/sql/client.ts';
import type { DefinitionName, DependencyFacts } from '../../../domain/lineage/dependents.ts';
import { definitionKinds } from '../../../domain/registry/definition-kinds.ts';
import { batchScheduleId, streamWorkflowId } from '../../../domain/workflow-ids.ts';
import type { Connections } from '../../shared/connections.ts';
import { runningAmong, runningWithPrefix } from './own-workflows.ts';
import { setsOf } from './refusals.ts';

/** How to remove. */
export interface RemovalOptions {
  /** Whether the topic of a source goes too, if Asof made it and no other source reads it. Default: it stays. */
  readonly topic?: boolean | undefined;
  /** The ids of training sets that need not be built again: they are removed too. Default: none. */
  readonly giveUp?: readonly string[] | undefined;
}

/** A relation that a removal drops. */
export interface DoomedRelation {
  /** As `schema.name`. */
  readonly name: string;
  /** About how many rows it has, by the statistics of Postgres. Null: it is a view. */
  readonly rows: number | null;
  readonly bytes: number | null;
}

/** What a removal ends and deletes, and what it leaves. */
export interface PlannedRemoval extends DefinitionName {
  readonly relations: readonly DoomedRelation[];
  /** The ids of the schedules. */
  readonly schedules: readonly string[];
  /** The ids of the running workflows. */
  readonly workflows: readonly string[];
  /** Patterns of the keys of the online store. */
  readonly onlineKeys: readonly string[];
  readonly topics: readonly string[];
  /** The versions of the model that leave Asof's registry, such as `user_churn_model/1`. */
  readonly modelVersions: readonly string[];
  /** The ids of the training sets that are given up. */
  readonly trainingSets: readonly string[];
  /** What stays, with the reason. */
  readonly stays: readonly { readonly what: string; readonly why: string }[];
}

/** Finds what the removal of a registered definition ends and deletes. */
export async function planRemoval(
  connections: Connections,
  facts: DependencyFacts,
  of: DefinitionName,
  { topic = false, giveUp = [] }: RemovalOptions,
): Promise<PlannedRemoval> {
  const pool = await connections.pool();
  const names = await relationsMadeFor(pool, of);
  const topics = of.kind === 'event_source' ? await topicsOf(connections, facts, of.name, topic) : NO_TOPICS;
  const versions = of.kind === 'model' ? facts.models.filter(({ name }) => name === of.name) : [];
  return {
    kind: of.kind,
    name: of.name,
    relations: await Promise.all(names.map((name) => doomed(pool, name))),
    schedules: await schedulesOf(connections, of),
    workflows: await workflowsOf(connections, of),
    onlineKeys: onlineTablesOf(facts, of).flatMap((table) =>
      new OnlineKeys(connections.namespace).ofTable(table),
    ),
    topics: topics.go,
    modelVersions: versions.map(({ name, version }) => `${name}/${version}`),
    trainingSets: setsOf(facts, of)
      .map(({ id }) => id)
      .filter((id) => giveUp.includes(id)),
    stays: [
      ...topics.stay,
      ...(versions.length > 0
        ? [
            {
              what: `MLflow model ${connections.namespace.mlflowName(of.name)}`,
              why: 'models outlive their definitions; delete it in MLflow',
            },
          ]
        : []),
    ],
  };
}

/** What stands in the way of a removal beside the registry. */
export async function inTheWay(
  connections: Connections,
  db: Queryable,
  of: DefinitionName,
): Promise<{ stream: string | undefined; readers: string[] }> {
  const readers = await readersOf(db, await relationsMadeFor(db, of));
  if (of.kind !== 'event_source') return { stream: undefined, readers };
  const { client: temporal } = await connections.temporal();
  const id = connections.namespace.temporalId(streamWorkflowId(of.name));
  return { stream: (await runningAmong(temporal, [id]))[0], readers };
}

/** The running workflows that work on the definition. One that is missed fails, since the name is unknown. */
export async function workflowsOf(connections: Connections, of: DefinitionName): Promise<string[]> {
  const { client: temporal } = await connections.temporal();
  const { namespace } = connections;
  const ids = definitionKinds[of.kind].workflowIds(of.name).map((id) => namespace.temporalId(id));
  return [
    ...(await runningAmong(temporal, ids)),
    ...(await runningOfMany(
      temporal,
      PREFIXES[of.kind]?.(of.name).map((id) => namespace.temporalId(id)) ?? [],
    )),
  ];
}

/** The prefixes of the ids of workflows of which several may run. */
const PREFIXES: Partial<Record<DefinitionName['kind'], (name: string) => string[]>> = {
  batch_table: (name) => [`${batchScheduleId(name)}-`],
  training_set: (name) => [`training-set-${name}-`],
  model: (name) => [`train-${name}-`, `score-${name}-`],
};

/** What Temporal adds to the id of a schedule, or a client to the name of what it works on. */
const SUFFIX = /^(\d{4}-\d\d-\d\dT[\d:.]+Z|[0-9a-f]{8})$/;

async function runningOfMany(temporal: TemporalClient, prefixes: readonly string[]): Promise<string[]> {
  const found = await Promise.all(
    prefixes.map((prefix) => runningWithPrefix(temporal, prefix, (suffix) => SUFFIX.test(suffix))),
  );
  return found.flat();
}

/** The schedules that Asof made for the definition. */
export async function schedulesOf(
  connections: Connections,
  { kind, name }: DefinitionName,
): Promise<string[]> {
  if (kind !== 'batch_table') return [];
  const id = connections.namespace.temporalId(batchScheduleId(name));
  const made = await readMade(await connections.pool());
  return made.some((thing) => thing.kind === 'schedule' && thing.name === id) ? [id] : [];
}

function onlineTablesOf({ registered }: DependencyFacts, { kind, name }: DefinitionName): string[] {
  return kind === 'online_table' ? [registered.onlineTable(name).table] : [];
}

interface Topics {
  readonly go: readonly string[];
  readonly stay: PlannedRemoval['stays'];
}

const NO_TOPICS: Topics = { go: [], stay: [] };

async function topicsOf(
  connections: Connections,
  { registered }: DependencyFacts,
  name: string,
  isWanted: boolean,
): Promise<Topics> {
  const { topic } = registered.source(name);
  if (!(await listTopics(connections.kafka())).includes(topic)) return NO_TOPICS;
  const made = await readMade(await connections.pool());
  const isOwn = made.some(
    (thing) => thing.kind === 'topic' && thing.name === topic && thing.state === 'made',
  );
  const isShared = registered.ofKind('event_source').some((one) => one.topic === topic && one.name !== name);
  const stays = (why: string): Topics => ({ go: [], stay: [{ what: `Kafka topic ${topic}`, why }] });
  if (!isOwn) return stays('nothing says that Asof made it');
  if (isShared) return stays('another source reads it');
  return isWanted
    ? { go: [topic], stay: [] }
    : stays('it may hold records of others; --topic deletes it too');
}

async function doomed(db: Queryable, name: string): Promise<DoomedRelation> {
  const size = await relationSize(db, relationNamed(name));
  return { name, rows: size?.rows ?? null, bytes: size?.bytes ?? null };
}
