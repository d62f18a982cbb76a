import type { KafkaClient } from '../../adapters/kafka/client.ts';
import { ensureTopic, listTopics } from '../../adapters/kafka/topics.ts';
import { applyDefinition, sourcesMeeting } from '../../db/apply/apply-definition.ts';
import { raiseRevisions } from '../../db/commits/source-revisions.ts';
import { readSourcesRead } from '../../db/log/cursors.ts';
import { readVersions } from '../../db/registry/definition-versions.ts';
import { migrate } from '../../db/registry/migrate.ts';
import { loadRegistry } from '../../db/registry/registry.ts';
import { type Pool, inTransaction } from '../../db/sql/client.ts';
import type { DefinitionSet } from '../../domain/registry/definition-set.ts';
import { type Change, planChanges } from './plan.ts';
import { recheckBatchTables } from './recheck-batch-tables.ts';

/** Compares definitions with what is there; changes nothing but Asof's own tables, which it brings up to date. */
export async function plan(pool: Pool, kafka: KafkaClient, definitions: DefinitionSet): Promise<Change[]> {
  const client = await pool.connect();
  try {
    await migrate(client);
  } finally {
    client.release();
  }
  return planChanges(definitions, {
    registered: await loadRegistry(pool),
    sourceVersions: (await readVersions(pool, 'event_source')).map(({ definition }) => definition),
    topics: await listTopics(kafka),
    sourcesRead: await readSourcesRead(pool),
  });
}

/**
 * Makes the changes: relations and registry in one transaction, then the topics. Safe to run again.
 *
 * @throws AsofError `ASOF_CHANGE_REFUSED` when a batch table could not be computed any more.
 */
export async function apply(
  pool: Pool,
  kafka: KafkaClient,
  wanted: DefinitionSet,
  changes: readonly Change[],
): Promise<void> {
  await inTransaction(pool, async (client) => {
    await raiseRevisions(client, sourcesMeeting(changes.flatMap(({ definition }) => definition ?? [])));
    for (const { definition, action } of changes)
      if (definition) await applyDefinition(client, definition, action, wanted);
    await recheckBatchTables(client, changes);
  });
  for (const { topic } of changes) if (topic) await ensureTopic(kafka, topic.name, topic.partitions);
}
