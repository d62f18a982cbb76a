import { rm } from 'node:fs/promises';
import { sha256OfFile } from '../../../adapters/files/sha256-of-file.ts';
import { deleteTopics } from '../../../adapters/kafka/topics.ts';
import { deleteTableKeys } from '../../../adapters/redis/delete-all.ts';
import { OnlineKeys } from '../../../adapters/redis/keys.ts';
import { forgetRows } from '../../../db/apply/forget-rows.ts';
import { relationsMadeFor } from '../../../db/apply/what-belongs.ts';
import { dropRelations } from '../../../db/registry/drop-relations.ts';
import { forgetMade } from '../../../db/registry/made.ts';
import { loadRegistry } from '../../../db/registry/registry.ts';
import {
  type BegunRemoval,
  type MadeFile,
  endRemoval,
  lastVersion,
  openRemovals,
} from '../../../db/registry/removals.ts';
import { inTransaction } from '../../../db/sql/client.ts';
import { oneAtATime } from '../../../db/sql/one-at-a-time.ts';
import { DefinitionSet } from '../../../domain/registry/definition-set.ts';
import type { Definition, DefinitionKind } from '../../../domain/registry/definition.ts';
import type { Connections } from '../../shared/connections.ts';
import { alignRoles } from '../align-roles.ts';
import { applySchedules } from '../apply-schedules.ts';
import { deleteSchedule } from '../schedules.ts';
import { terminate } from './own-workflows.ts';
import { schedulesOf, workflowsOf } from './removal-plan.ts';

/** What a removal has ended and deleted. */
export interface Removed {
  /** The ids of the deleted schedules. */
  readonly schedules: readonly string[];
  /** The ids of the workflows that were ended. */
  readonly workflows: readonly string[];
  /** The number of deleted keys of the online store. */
  readonly keys: number;
  /** The dropped relations, as `schema.name`. */
  readonly relations: readonly string[];
  /** The deleted Kafka topics. */
  readonly topics: readonly string[];
  /** The deleted files. */
  readonly files: readonly string[];
  /** The files that are on other hosts, and stay there. */
  readonly filesElsewhere: readonly string[];
}

/** What a removal in progress has ended and deleted so far. */
type Removing = {
  -readonly [Part in keyof Removed]: Removed[Part] extends number ? number : string[];
};

function nothingRemoved(): Removing {
  return { schedules: [], workflows: [], keys: 0, relations: [], topics: [], files: [], filesElsewhere: [] };
}

/** Called after each step of a removal, with what it has done. */
export type OnRemovalStep = (done: string) => void;

/**
 * Finishes all removals that have begun: deletes what is left of each. Every step can be repeated, so an interrupted
 * removal goes on from its start. One process at a time does this.
 */
export async function finishRemovals(
  connections: Connections,
  onStep: OnRemovalStep = () => {},
): Promise<Removed> {
  const pool = await connections.pool();
  const removed = nothingRemoved();
  if ((await openRemovals(pool)).length === 0) return removed;
  await oneAtATime(pool, 'asof.removals', async () => {
    for (const removal of await openRemovals(pool)) {
      if (removal.kind === 'built_training_set') await removeFiles(connections, removal.files, removed);
      else await finish(connections, { ...removal, kind: removal.kind }, removed, onStep);
      await endRemoval(pool, removal);
    }
  });
  return removed;
}

type RemovedDefinition = BegunRemoval & { readonly kind: DefinitionKind };

async function finish(
  connections: Connections,
  of: RemovedDefinition,
  removed: Removing,
  onStep: OnRemovalStep,
): Promise<void> {
  const pool = await connections.pool();
  await endWork(connections, of, removed);
  onStep('its schedules and workflows are ended');
  removed.keys += await deleteOnlineKeys(connections, of);
  onStep('its keys of the online store are deleted');
  const relations = await relationsMadeFor(pool, of);
  for (const name of relations) {
    await dropRelations(pool, [name]);
    removed.relations.push(name);
    onStep(`${name} is dropped`);
  }
  await forgetRows(pool, of);
  onStep('its rows in tables that all share are deleted');
  await deleteTopics(connections.kafka(), of.topics);
  await forgetMade(pool, 'topic', of.topics);
  removed.topics.push(...of.topics);
  onStep('its topics are deleted');
  await alignOthers(connections, of);
  onStep('the rights and the schedule of retention fit what is left');
}

async function endWork(connections: Connections, of: RemovedDefinition, removed: Removing): Promise<void> {
  const pool = await connections.pool();
  const { client: temporal } = await connections.temporal();
  for (const id of await schedulesOf(connections, of)) {
    if (await deleteSchedule(temporal, id)) removed.schedules.push(id);
    await forgetMade(pool, 'schedule', [id]);
  }
  for (const id of await workflowsOf(connections, of))
    if (await terminate(temporal, id, 'asof remove')) removed.workflows.push(id);
}

async function deleteOnlineKeys(
  connections: Connections,
  { kind, name }: RemovedDefinition,
): Promise<number> {
  if (kind !== 'online_table') return 0;
  const definition = await lastVersion(await connections.pool(), kind, name);
  const keys = new OnlineKeys(connections.namespace);
  return deleteTableKeys(await connections.redis(), keys, definition!.table);
}

/** Takes what the definition needed of roles and schedules that serve all. */
async function alignOthers(connections: Connections, { kind, name }: RemovedDefinition): Promise<void> {
  const pool = await connections.pool();
  await inTransaction(pool, alignRoles);
  const gone: Definition | undefined = await lastVersion(pool, kind, name);
  const after = (await loadRegistry(pool)).definitions;
  await applySchedules(connections, new DefinitionSet([]), { before: [...after, gone!], after });
}

async function removeFiles(
  connections: Connections,
  files: readonly MadeFile[],
  removed: Removing,
): Promise<void> {
  for (const { host, path, sha256 } of files) {
    if (host !== null && host !== connections.host) {
      removed.filesElsewhere.push(`${path} on ${host}`);
      continue;
    }
    if ((await sha256OfFile(path).catch(() => undefined)) !== sha256) continue;
    await rm(path, { force: true });
    removed.files.push(path);
  }
}
