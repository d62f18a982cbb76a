import { type NewTopic, createTopics } from '../../adapters/kafka/create-topics.ts';
import { Presence } from '../../adapters/redis/presence.ts';
import { applyDefinition, sourcesMeeting } from '../../db/apply/apply-definition.ts';
import { prepareQueries } from '../../db/batch/queries/prepare-queries.ts';
import { lockDefinitions } from '../../db/commits/definitions-lock.ts';
import { raiseRevisions } from '../../db/commits/source-revisions.ts';
import { type Deployment, openDeployment, recordNamespace } from '../../db/registry/deployment.ts';
import { forgetMade, recordIntended, recordMade, recordingRelations } from '../../db/registry/made.ts';
import { migrate } from '../../db/registry/migrate.ts';
import { loadRegistry } from '../../db/registry/registry.ts';
import { expectNotRemoved } from '../../db/registry/removals.ts';
import { type Client, type Pool, inTransaction } from '../../db/sql/client.ts';
import type { OnLockWait } from '../../db/sql/patient-lock.ts';
import { AsofError } from '../../domain/errors/asof-error.ts';
import type { DefinitionSet } from '../../domain/registry/definition-set.ts';
import type { Connections } from '../shared/connections.ts';
import { alignRoles } from './align-roles.ts';
import { applySchedules } from './apply-schedules.ts';
import type { ApplyPlan, PlannedChange } from './plan/apply-plan.ts';
import { readExisting } from './plan/existing.ts';
import { outlinePlan } from './plan/outline-plan.ts';
import { type Change, planChanges } from './plan.ts';
import { recheckBatchTables } from './recheck-batch-tables.ts';
import { refuseAll } from './refused-change.ts';
import { finishRemovals } from './remove/finish-removals.ts';
import { finishReset } from './reset.ts';

/** How to apply definitions. */
export interface ApplyOptions {
  /**
   * Called once, before anything is made, if there is something to make. If it answers false, the call makes
   * nothing and fails with `ASOF_NOT_CONFIRMED`. Default: no confirmation.
   */
  readonly confirm?: ((plan: ApplyPlan) => boolean | Promise<boolean>) | undefined;
}

/** The result of `apply`. */
export interface ApplyResult {
  /** What was made and changed, in that order. Empty if there was nothing to do. */
  readonly applied: readonly Pick<PlannedChange, 'action' | 'what'>[];
}

export async function apply(
  connections: Connections,
  wanted: DefinitionSet,
  { confirm }: ApplyOptions,
): Promise<ApplyResult> {
  const pool = await connections.pool();
  await migrate(pool, { onWait: connections.sayWaiting('the migration') });
  await finishReset(connections);
  await finishRemovals(connections);
  const deployment = (await openDeployment(pool, connections.namespace))!;
  const existing = await readExisting(connections, wanted);
  await expectNoOther(connections, deployment);
  const changes = planChanges(wanted, existing);
  refuseAll(changes.flatMap(({ refused }) => refused ?? []));
  if (
    changes.length > 0 &&
    confirm &&
    !(await confirm(await outlinePlan(connections, wanted, existing, changes)))
  )
    throw new AsofError('ASOF_NOT_CONFIRMED', 'nothing was applied');
  const hasBatchTables = [wanted, existing.registered].some((set) => set.ofKind('batch_table').length > 0);
  if (hasBatchTables) await prepareQueries(pool, wanted);
  if (changes.length > 0) {
    const topics = changes.flatMap(({ topic }) => topic ?? []);
    await inTransaction(pool, async (client) => {
      await lockDefinitions(client, 'shared');
      await expectNotRemoved(client, registeredAmong(wanted, existing.registered));
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
  return { applied: changes.map(({ action, what }) => ({ action, what })) };
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

/** The definitions that the changes may build on, since they were registered when these were planned. */
function registeredAmong(wanted: DefinitionSet, { definitions }: DefinitionSet) {
  return definitions.filter(({ kind, name }) => wanted.find(kind, name));
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
