/** What something is made of or goes into. The words are those of definitions, or of what was built from them. */
export const NODE_KINDS = [
  'event_source',
  'reference_table',
  'event_field',
  'reference_field',
  'feature_table',
  'feature',
  'spine',
  'request_field',
  'request_feature',
  'training_set_definition',
  'training_set',
  'model_version',
  'online_table',
  'endpoint',
] as const;

/** The kind of a node of a lineage. */
export type NodeKind = (typeof NODE_KINDS)[number];

/** Something in a lineage. */
export interface LineageNode {
  /** Kind and name: no two nodes of a graph have the same. */
  readonly id: string;
  readonly kind: NodeKind;
  /** As people write it: `user-events.revenue`, `user_activity_features@1.revenue_1h`, `churn@1`. */
  readonly name: string;
  /** How it is made, in words: the aggregate, expression or window; null if there is nothing to say. */
  readonly made: string | null;
}

/**
 * What the end of an edge takes from its beginning. `part`: it belongs to it. `value`: its values. `filter`,
 * `key`, `time`, `duplicates`: which rows there are. `join`: which row is found. `query`: an SQL query names it.
 * `look_up`, `spine`, `training`, `publication`, `serving`: as the words say.
 */
export type EdgeRole =
  | 'part'
  | 'value'
  | 'filter'
  | 'key'
  | 'time'
  | 'duplicates'
  | 'join'
  | 'query'
  | 'look_up'
  | 'spine'
  | 'training'
  | 'publication'
  | 'serving';

/** The node `to` is made of the node `from`. */
export interface LineageEdge {
  readonly from: string;
  readonly to: string;
  readonly role: EdgeRole;
  /** Of a look-up: the column that the feature becomes. */
  readonly as?: string;
}

/** What is made of what, without circles. */
export interface LineageGraph {
  readonly nodes: readonly LineageNode[];
  readonly edges: readonly LineageEdge[];
}

/** To what something is made of, or to what is made of it. */
export type Direction = 'origins' | 'uses';

/** The ids of some nodes, and of all that they are made of (`origins`) or that is made of them (`uses`). */
export function reach({ edges }: LineageGraph, from: Iterable<string>, to: Direction): ReadonlySet<string> {
  const next = new Map<string, string[]>();
  for (const edge of edges) {
    const [start, end] = to === 'uses' ? [edge.from, edge.to] : [edge.to, edge.from];
    const ends = next.get(start);
    if (ends) ends.push(end);
    else next.set(start, [end]);
  }
  const reached = new Set(from);
  for (const node of reached) for (const end of next.get(node) ?? []) reached.add(end);
  return reached;
}

/** The part of a graph that some nodes and their origins, uses or both are. */
export function partOf(
  graph: LineageGraph,
  from: Iterable<string>,
  directions: readonly Direction[],
): LineageGraph {
  const starts = [...from];
  const reached = directions.map((direction) => reach(graph, starts, direction));
  const nodes = graph.nodes.filter(({ id }) => reached.some((ids) => ids.has(id)));
  // An edge from an origin to a use that passes by the nodes themselves is no part of their lineage.
  const edges = graph.edges.filter(({ from, to }) => reached.some((ids) => ids.has(from) && ids.has(to)));
  return { nodes, edges };
}
