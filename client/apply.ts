import type { Kafka } from 'kafkajs';
import { ensureTopic, listTopics } from '../adapters/kafka/topics.ts';
import { inTransaction, type Pool } from '../db/client.ts';
import { readSourcesRead } from '../db/cursors.ts';
import { makeRelations } from '../db/make-relations.ts';
import { allVersions } from '../db/definition-versions.ts';
import { migrate } from '../db/migrate.ts';
import { currentDefinitions, register } from '../db/registry.ts';
import { raiseRevisions } from '../db/source-revisions.ts';
import { requestFill } from '../db/table-fills.ts';
import type { DefinitionSet } from '../schemas/definition-set.ts';
import { planChanges, type Change } from './plan.ts';
import { recheckBatchTables } from './recheck-batch-tables.ts';

/** Compares definitions with what is there; changes nothing but Asof's own tables, which it brings up to date. */
export async function plan(pool: Pool, kafka: Kafka, definitions: DefinitionSet): Promise<Change[]> {
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
  kafka: Kafka,
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
