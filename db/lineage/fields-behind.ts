import { reach } from '../../domain/lineage/graph.ts';
import { lineageGraph } from '../../domain/lineage/lineage-graph.ts';
import type { Queryable } from '../sql/client.ts';
import { readLineageFacts } from './lineage-facts.ts';

/** The fields of events and reference rows that a training set is made of, such as `user-events.revenue`. */
export async function fieldsBehind(db: Queryable, trainingSetId: string): Promise<string[]> {
  const graph = lineageGraph(await readLineageFacts(db));
  const origins = reach(graph, [`training_set:${trainingSetId}`], 'origins');
  return graph.nodes
    .filter(({ id, kind }) => origins.has(id) && (kind === 'event_field' || kind === 'reference_field'))
    .map(({ name }) => name);
}
