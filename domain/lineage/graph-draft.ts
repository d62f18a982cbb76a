import type { EdgeRole, LineageEdge, LineageGraph, LineageNode, NodeKind } from './graph.ts';

/** A graph that is being made. A node or an edge that it has already is not added again. */
export class GraphDraft {
  readonly #nodes = new Map<string, LineageNode>();
  readonly #edges = new Map<string, LineageEdge>();

  /** @returns the id of the node. */
  node(kind: NodeKind, name: string, made: string | null = null): string {
    const id = nodeId(kind, name);
    if (!this.#nodes.has(id)) this.#nodes.set(id, { id, kind, name, made });
    return id;
  }

  /** @param as of a look-up: the column that the feature becomes. */
  edge(from: string, to: string, role: EdgeRole, as?: string): void {
    const edge = { from, to, role, ...(as !== undefined && { as }) };
    this.#edges.set(JSON.stringify(edge), edge);
  }

  /** The graph without edges of nodes that it lacks, such as fields of a definition that is not known. */
  graph(): LineageGraph {
    const isThere = (id: string) => this.#nodes.has(id);
    const edges = [...this.#edges.values()].filter(({ from, to }) => isThere(from) && isThere(to));
    return { nodes: [...this.#nodes.values()], edges };
  }
}

export function nodeId(kind: NodeKind, name: string): string {
  return `${kind}:${name}`;
}
