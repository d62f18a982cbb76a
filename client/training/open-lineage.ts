import { type RunEvent, runEvents } from '../../adapters/openlineage/run-events.ts';
import { readLineageDates } from '../../db/lineage/lineage-dates.ts';
import { readLineageFacts } from '../../db/lineage/lineage-facts.ts';
import { readVersions } from '../../db/registry/definition-versions.ts';
import { readSetFiles } from '../../db/training/training-set-files.ts';
import { partOf } from '../../domain/lineage/graph.ts';
import { lineageGraph } from '../../domain/lineage/lineage-graph.ts';
import { type LineageSubject, nodesOf } from '../../domain/lineage/subject.ts';
import type { Connections } from '../shared/connections.ts';

export async function openLineageEvents(
  connections: Connections,
  subject: LineageSubject,
): Promise<RunEvent[]> {
  const pool = await connections.pool();
  const graph = lineageGraph(await readLineageFacts(pool));
  const ids = nodesOf(graph, subject).map(({ id }) => id);
  const dates = await readLineageDates(pool);
  const sources = await readVersions(pool, 'event_source');
  const topics = new Map(sources.map(({ definition }) => [definition.name, definition.topic]));
  const files = await readSetFiles(pool);
  return runEvents(partOf(graph, ids, ['origins', 'uses']), {
    ...connections.addresses(),
    deployment: connections.namespace.name,
    madeAt: (id) => BigInt(dates.get(id)!),
    topicOf: (source) => topics.get(source)!,
    fileOf: (id) => files.get(id)!,
  });
}
