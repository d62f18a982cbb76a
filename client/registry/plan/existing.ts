import { listTopics } from '../../../adapters/kafka/topics.ts';
import { readSourcesRead } from '../../../db/log/cursors.ts';
import { readVersions } from '../../../db/registry/definition-versions.ts';
import { loadRegistry } from '../../../db/registry/registry.ts';
import type { DefinitionSet } from '../../../domain/registry/definition-set.ts';
import type { Connections } from '../../shared/connections.ts';
import type { Existing } from '../plan.ts';
import { readFieldGains } from './field-gains.ts';

/** Reads what exists. The database must be migrated. */
export async function readExisting(connections: Connections, wanted: DefinitionSet): Promise<Existing> {
  const pool = await connections.pool();
  const registered = await loadRegistry(pool);
  const topics = await listTopics(connections.kafka());
  return {
    registered,
    sourceVersions: (await readVersions(pool, 'event_source'))
      .filter(({ isRemoved }) => !isRemoved)
      .map(({ definition }) => definition),
    topics,
    sourcesRead: await readSourcesRead(pool),
    fieldGains: await readFieldGains(connections, registered, wanted, topics),
  };
}
