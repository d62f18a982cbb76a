import type { KafkaClient } from '../../adapters/kafka/client.ts';
import { ensureTopic, listTopics } from '../../adapters/kafka/topics.ts';
import { makeRelations } from '../../db/apply/make-relations.ts';
import { raiseRevisions } from '../../db/commits/source-revisions.ts';
import { readSourcesRead } from '../../db/log/cursors.ts';
import { allVersions } from '../../db/registry/definition-versions.ts';
import { migrate } from '../../db/registry/migrate.ts';
import { currentDefinitions, register } from '../../db/registry/registry.ts';
import { type Pool, inTransaction } from '../../db/sql/client.ts';
import { requestFill } from '../../db/tables/fills.ts';
import type { DefinitionSet } from '../../schemas/definitions/definition-set.ts';
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
    definitions: await currentDefinitions(pool),
    sourceVersions: await allVersions(pool, 'event_source'),
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
    await raiseRevisions(client, changes.flatMap(changedSource));
    for (const { definition, action } of changes) {
      if (!definition) continue;
      await makeRelations(client, definition, wanted);
      if (action === 'create' && definition.kind === 'stream_table') await requestFill(client, definition);
      await register(client, definition);
    }
    await recheckBatchTables(client, changes);
  });
  for (const { topic } of changes) if (topic) await ensureTopic(kafka, topic.name, topic.partitions);
}

/** The source whose records meet the definition, if they do. */
function changedSource({ definition }: Change): string[] {
  if (definition?.kind === 'event_source') return [definition.name];
  return definition?.kind === 'stream_table' ? [definition.source] : [];
}
