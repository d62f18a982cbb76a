import { ensureTopic, listTopics } from '../../adapters/kafka/topics.ts';
import { applyDefinition, sourcesMeeting } from '../../db/apply/apply-definition.ts';
import { raiseRevisions } from '../../db/commits/source-revisions.ts';
import { readSourcesRead } from '../../db/log/cursors.ts';
import { readVersions } from '../../db/registry/definition-versions.ts';
import { migrate } from '../../db/registry/migrate.ts';
import { loadRegistry } from '../../db/registry/registry.ts';
import { type Client, inTransaction } from '../../db/sql/client.ts';
import { AsofError } from '../../domain/errors/asof-error.ts';
import type { DefinitionSet } from '../../domain/registry/definition-set.ts';
import type { Connections } from '../shared/connections.ts';
import { applySchedules } from './apply-schedules.ts';
import { type Change, type Existing, planChanges } from './plan.ts';
import { recheckBatchTables } from './recheck-batch-tables.ts';

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
  return planChanges(wanted, await readExisting(connections));
}

/** Reads what exists, after the tables that say so are those of this version. */
async function readExisting(connections: Connections): Promise<Existing> {
  const pool = await connections.pool();
  await migrate(pool);
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
  const existing = await readExisting(connections);
  const changes = planChanges(wanted, existing);
  if (changes.length > 0) {
    if (!(await confirm(changes))) throw new AsofError('ASOF_NOT_CONFIRMED', 'nothing was applied');
    await inTransaction(pool, (client) => makeChanges(client, wanted, changes));
    for (const { topic } of changes)
      if (topic) await ensureTopic(connections.kafka(), topic.name, topic.partitions);
  }
  const before = existing.registered.definitions;
  await applySchedules(connections, wanted, { before, after: (await loadRegistry(pool)).definitions });
  return { applied: changes };
}

/** Makes relations and registers their definitions: all of them, or none. */
async function makeChanges(client: Client, wanted: DefinitionSet, changes: readonly Change[]): Promise<void> {
  await raiseRevisions(client, sourcesMeeting(changes.flatMap(({ definition }) => definition ?? [])));
  for (const { definition, action } of changes)
    if (definition) await applyDefinition(client, definition, action, wanted);
  await recheckBatchTables(client, changes);
}
