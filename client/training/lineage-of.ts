import { readLineageFacts } from '../../db/lineage/lineage-facts.ts';
import { type SourceOffsets, offsetsUpTo } from '../../db/lineage/offsets-up-to.ts';
import type { LineageFacts } from '../../domain/lineage/facts.ts';
import {
  type LineageEdge,
  type LineageGraph,
  type LineageNode,
  partOf,
  reach,
} from '../../domain/lineage/graph.ts';
import { lineageGraph } from '../../domain/lineage/lineage-graph.ts';
import { type LineageSubject, nodesOf } from '../../domain/lineage/subject.ts';
import type { Connections } from '../shared/connections.ts';

/** What something is made of, and what is made of it. */
export interface Lineage extends LineageGraph {
  /** What the lineage is of. Several nodes if it has several versions. */
  readonly of: readonly LineageNode[];
  readonly nodes: readonly LineageNode[];
  readonly edges: readonly LineageEdge[];
  /** The ids of what it is made of. */
  readonly origins: readonly string[];
  /** The ids of what is made of it. */
  readonly uses: readonly string[];
  /** For each training set that it is, or is made of: what had been read of its sources up to its knowledge cut. */
  readonly offsets: readonly CutOffsets[];
}

/** What a training set could see of the logs of its sources. */
export interface CutOffsets {
  readonly trainingSet: string;
  /** The knowledge cut: a sequence, as a decimal text. */
  readonly cut: string;
  readonly sources: readonly SourceOffsets[];
}

export async function lineageOf(connections: Connections, subject: LineageSubject): Promise<Lineage> {
  const pool = await connections.pool();
  const facts = await readLineageFacts(pool);
  const graph = lineageGraph(facts);
  const of = nodesOf(graph, subject);
  const ids = of.map(({ id }) => id);
  const [origins, uses] = (['origins', 'uses'] as const).map((direction) => reach(graph, ids, direction));
  const others = (found: ReadonlySet<string> | undefined) => [...found!].filter((id) => !ids.includes(id));
  const offsets = facts.sets
    .filter(({ id }) => origins!.has(`training_set:${id}`))
    .map(async (set) => ({
      trainingSet: set.id,
      cut: set.cut,
      sources: await offsetsUpTo(pool, sourcesOf(set), set.cut),
    }));
  return {
    of,
    ...partOf(graph, ids, ['origins', 'uses']),
    origins: others(origins),
    uses: others(uses),
    offsets: await Promise.all(offsets),
  };
}

function sourcesOf({ definitions }: LineageFacts['sets'][number]): string[] {
  return definitions.filter(({ kind }) => kind === 'event_source').map(({ name }) => name);
}
