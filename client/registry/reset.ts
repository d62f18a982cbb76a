import { deleteTopics } from '../../adapters/kafka/topics.ts';
import { deleteAllKeys } from '../../adapters/redis/delete-all.ts';
import { OnlineKeys } from '../../adapters/redis/keys.ts';
import { Presence } from '../../adapters/redis/presence.ts';
import { findDeployment, recordReset } from '../../db/registry/deployment.ts';
import { dropAll, expectNoDependents } from '../../db/registry/drop-all.ts';
import { isMigrated, migrate } from '../../db/registry/migrate.ts';
import { AsofError } from '../../domain/errors/asof-error.ts';
import type { Connections } from '../shared/connections.ts';
import { terminate } from './remove/own-workflows.ts';
import { type ResetPlan, planReset } from './reset-plan.ts';
import { deleteSchedule } from './schedules.ts';

/** How to reset. */
export interface ResetRun {
  /** Whether Kafka is the running stack's. */
  readonly ownKafka: boolean;
  readonly confirm: (plan: ResetPlan) => boolean | Promise<boolean>;
}

/** What a reset ended and deleted. */
export interface ResetReport {
  /** The ids of the workflows that were ended. */
  readonly workflows: string[];
  /** The ids of the deleted schedules. */
  readonly schedules: string[];
  /** The deleted Kafka topics. */
  readonly topics: string[];
  /** The number of deleted keys of the online store. */
  readonly keys: number;
  /** What stays, with the reason. */
  readonly stays: ResetPlan['stays'];
}

/**
 * Ends and deletes what the registry says that Asof made, and the registry last. Each step can be repeated, so
 * an interrupted reset goes on from its start. Does nothing where `apply` has never run.
 */
export async function reset(connections: Connections, { ownKafka, confirm }: ResetRun): Promise<ResetReport> {
  const pool = await connections.pool();
  if (!(await isMigrated(pool))) return { workflows: [], schedules: [], topics: [], keys: 0, stays: [] };
  await migrate(pool, { onWait: connections.sayWaiting('the migration') });
  await expectNoDependents(pool);
  const plan = await planReset(connections, { ownKafka });
  if (!(await confirm(plan))) throw new AsofError('ASOF_NOT_CONFIRMED', 'nothing was deleted');
  await recordReset(pool, plan.topics);

  const redis = await connections.redis();
  const { client: temporal } = await connections.temporal();
  const schedules: string[] = [];
  for (const id of plan.schedules) if (await deleteSchedule(temporal, id)) schedules.push(id);
  const workflows: string[] = [];
  for (const id of plan.workflows) if (await terminate(temporal, id, 'asof reset')) workflows.push(id);
  await deleteTopics(connections.kafka(), plan.topics);
  const keys = await deleteAllKeys(redis, new OnlineKeys(connections.namespace));
  const rolesLeft = await dropAll(pool);
  await new Presence(redis, connections.namespace, connections.taskQueue).forget();
  const stays = [
    ...plan.stays,
    ...rolesLeft.map((name) => ({
      what: `role ${name} of Postgres`,
      why: 'something else in the server needs it, such as a copy of the database, or Asof may not drop it',
    })),
  ];
  return { workflows, schedules, topics: [...plan.topics], keys, stays };
}

/** Finishes a reset that was interrupted, so that `apply` begins anew. */
export async function finishReset(connections: Connections): Promise<void> {
  const pool = await connections.pool();
  if (!(await findDeployment(pool))?.isResetting) return;
  await reset(connections, { ownKafka: false, confirm: () => true });
  await migrate(pool, { onWait: connections.sayWaiting('the migration') });
}
