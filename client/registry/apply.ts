import { ensureTopic, listTopics } from '../../adapters/kafka/topics.ts';
import { makeRelations } from '../../db/apply/make-relations.ts';
import { raiseRevisions } from '../../db/commits/source-revisions.ts';
import { readSourcesRead } from '../../db/log/cursors.ts';
import { allVersions } from '../../db/registry/definition-versions.ts';
import { migrate } from '../../db/registry/migrate.ts';
import { currentDefinitions, register } from '../../db/registry/registry.ts';
import { type Client, inTransaction } from '../../db/sql/client.ts';
import { requestFill } from '../../db/tables/fills.ts';
import { AsofError } from '../../domain/errors/asof-error.ts';
import type { DefinitionSet } from '../../schemas/definitions/definition-set.ts';
import type { Systems } from '../shared/systems.ts';
import { applySchedules } from './apply-schedules.ts';
import { type Change, planChanges } from './plan.ts';
import { recheckBatchTables } from './recheck-batch-tables.ts';

/** How to apply definitions. */
export interface ApplyOptions {
  /**
   * Asked once, before anything is made, when there is something to make; an answer of false ends the call with the
   * error `ASOF_NOT_CONFIRMED`. Default: nobody is asked.
   */
  readonly confirm?: ((changes: readonly Change[]) => boolean | Promise<boolean>) | undefined;
}

/** What `apply` did. */
export interface ApplyResult {
  /** In the order in which they were made; empty where everything was there. */
  readonly applied: readonly Change[];
}

export async function plan(systems: Systems, wanted: DefinitionSet): Promise<Change[]> {
  const pool = await systems.pool();
  const client = await pool.connect();
  try {
    await migrate(client);
  } finally {
    client.release();
  }
  return planChanges(wanted, {
    definitions: await currentDefinitions(pool),
    sourceVersions: await allVersions(pool, 'event_source'),
    topics: await listTopics(systems.kafka()),
    sourcesRead: await readSourcesRead(pool),
  });
}

export async function apply(
  systems: Systems,
  wanted: DefinitionSet,
  { confirm = () => true }: ApplyOptions,
): Promise<ApplyResult> {
  const pool = await systems.pool();
  const before = await currentDefinitions(pool);
  const changes = await plan(systems, wanted);
  if (changes.length > 0) {
    if (!(await confirm(changes))) throw new AsofError('ASOF_NOT_CONFIRMED', 'nothing was applied');
    await inTransaction(pool, (client) => makeChanges(client, wanted, changes));
    for (const { topic } of changes)
      if (topic) await ensureTopic(systems.kafka(), topic.name, topic.partitions);
  }
  await applySchedules(systems, wanted, { before, after: await currentDefinitions(pool) });
  return { applied: changes };
}

/** Makes relations and registers their definitions: all of them or none. */
async function makeChanges(client: Client, wanted: DefinitionSet, changes: readonly Change[]): Promise<void> {
  await raiseRevisions(client, changes.flatMap(changedSource));
  for (const { definition, action } of changes) {
    if (!definition) continue;
    await makeRelations(client, definition, wanted);
    if (action === 'create' && definition.kind === 'stream_table') await requestFill(client, definition);
    await register(client, definition);
  }
  await recheckBatchTables(client, changes);
}

/** The source whose records meet the definition, if they do. */
function changedSource({ definition }: Change): string[] {
  if (definition?.kind === 'event_source') return [definition.name];
  return definition?.kind === 'stream_table' ? [definition.source] : [];
}
