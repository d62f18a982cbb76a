import { type NewTopic, createTopics } from '../../adapters/kafka/create-topics.ts';
import { listTopics } from '../../adapters/kafka/topics.ts';
import { Presence } from '../../adapters/redis/presence.ts';
import { applyDefinition, sourcesMeeting } from '../../db/apply/apply-definition.ts';
import { batchOf } from '../../db/batch/load-batch.ts';
import { prepareQueries } from '../../db/batch/queries/prepare-queries.ts';
import { alignQueryRights } from '../../db/batch/queries/query-rights.ts';
import { raiseRevisions } from '../../db/commits/source-revisions.ts';
import { readSourcesRead } from '../../db/log/cursors.ts';
import { readVersions } from '../../db/registry/definition-versions.ts';
import { type Deployment, openDeployment, recordNamespace } from '../../db/registry/deployment.ts';
import { forgetMade, recordIntended, recordMade, recordingRelations } from '../../db/registry/made.ts';
import { migrate } from '../../db/registry/migrate.ts';
import { alignReader } from '../../db/registry/reader-role.ts';
import { loadRegistry } from '../../db/registry/registry.ts';
import { type Client, type Pool, inTransaction } from '../../db/sql/client.ts';
import { type OnLockWait, lockPatiently } from '../../db/sql/patient-lock.ts';
import { AsofError } from '../../domain/errors/asof-error.ts';
import type { DefinitionSet } from '../../domain/registry/definition-set.ts';
import type { Connections } from '../shared/connections.ts';
import { applySchedules } from './apply-schedules.ts';
import { type Change, type Existing, planChanges } from './plan.ts';
import { recheckBatchTables } from './recheck-batch-tables.ts';
import { finishReset } from './reset.ts';

/** How to apply definitions. */
export interface ApplyOptions {
  /**
   * Called once, before anything is made, if there is something to make. If it answers false, the call makes
   * nothing and fails with `ASOF_NOT_CONFIRMED`. Default: no confirmation.
   */
  readonly confirm?: ((changes: readonly Change[]) => boolean | Promise<boolean>) | undefined;
}

/** The result of `apply`. */
export interface ApplyResult {
  /** What was made and changed, in that order. Empty if there was nothing to do. */
  readonly applied: readonly Change[];
}

export async function plan(connections: Connections, wanted: DefinitionSet): Promise<Change[]> {
  const pool = await connections.pool();
  await migrate(pool, { onWait: connections.sayWaiting('the migration') });
  await openDeployment(pool, connections.namespace);
  return planChanges(wanted, await readExisting(connections));
}

async function readExisting(connections: Connections): Promise<Existing> {
  const pool = await connections.pool();
  return {
    registered: await loadRegistry(pool),
    sourceVersions: (await readVersions(pool, 'event_source')).map(({ definition }) => definition),
    topics: await listTopics(connections.kafka()),
    sourcesRead: await readSourcesRead(pool),
  };
}

export async function apply(
  connections: Connections,
  wanted: DefinitionSet,
  { confirm = () => true }: ApplyOptions,
): Promise<ApplyResult> {
  const pool = await connections.pool();
  await migrate(pool, { onWait: connections.sayWaiting('the migration') });
  await finishReset(connections);
  const deployment = (await openDeployment(pool, connections.namespace))!;
  const existing = await readExisting(connections);
  await expectNoOther(connections, deployment);
  const changes = planChanges(wanted, existing);
  if (changes.length > 0 && !(await confirm(changes)))
    throw new AsofError('ASOF_NOT_CONFIRMED', 'nothing was applied');
  const hasBatchTables = [wanted, existing.registered].some((set) => set.ofKind('batch_table').length > 0);
  if (hasBatchTables) await prepareQueries(pool, wanted);
  if (changes.length > 0) {
    const topics = changes.flatMap(({ topic }) => topic ?? []);
    await inTransaction(pool, async (client) => {
      await recordNamespace(client, connections.namespace);
      await recordingRelations(client, () =>
        makeChanges(client, wanted, changes, connections.sayWaiting('apply')),
      );
      await alignRoles(client);
      await recordIntended(client, 'topic', topics.map(nameOf));
    });
    await makeTopics(connections, pool, topics);
  } else await inTransaction(pool, alignRoles);
  const before = existing.registered.definitions;
  await applySchedules(connections, wanted, { before, after: (await loadRegistry(pool)).definitions });
  return { applied: changes };
}

/**
 * Workers of another deployment in this namespace would run what is scheduled here.
 *
 * @throws AsofError `ASOF_NAMESPACE_TAKEN`.
 */
async function expectNoOther(connections: Connections, { id }: Deployment): Promise<void> {
  const presence = new Presence(await connections.redis(), connections.namespace, connections.taskQueue);
  await presence.expectNoOther(id);
}

/** Makes relations and registers their definitions: all of them, or none. */
async function makeChanges(
  client: Client,
  wanted: DefinitionSet,
  changes: readonly Change[],
  onWait: OnLockWait,
): Promise<void> {
  const sources = sourcesMeeting(
    changes.flatMap(({ action, definition }) => (action !== 'describe' && definition ? [definition] : [])),
  );
  await raiseRevisions(client, sources, onWait);
  for (const { definition, action } of changes)
    if (definition) await applyDefinition(client, definition, action, wanted);
  await recheckBatchTables(client, changes);
}

/** Lets batch queries read what the registered batch tables declare, and readers what Asof has made for them. */
async function alignRoles(client: Client): Promise<void> {
  await lockPatiently(client, 'asof.roles');
  await alignReader(client);
  const registry = await loadRegistry(client);
  await alignQueryRights(
    client,
    registry.ofKind('batch_table').map((table) => batchOf(table, registry)),
  );
}

/** A topic that somebody else makes in the meantime is not Asof's. */
async function makeTopics(connections: Connections, pool: Pool, topics: readonly NewTopic[]): Promise<void> {
  const made = await createTopics(connections.kafka(), topics);
  await recordMade(pool, 'topic', made);
  await forgetMade(
    pool,
    'topic',
    topics.map(nameOf).filter((name) => !made.includes(name)),
  );
}

function nameOf({ name }: NewTopic): string {
  return name;
}
