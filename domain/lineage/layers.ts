import type { LineageGraph, LineageNode } from './graph.ts';

/**
 * The nodes of a graph in layers, so that each edge leads to a later layer: a node stands one behind the last of
 * those that it is made of, and one that is made of nothing right before the first that is made of it. Within a
 * layer, nodes stand near those that they are joined to.
 */
export function layersOf({ nodes, edges }: LineageGraph): LineageNode[][] {
  const origins = neighbours(edges.map(({ from, to }) => [to, from]));
  const uses = neighbours(edges.map(({ from, to }) => [from, to]));
  const depths = depthsOf(nodes, origins, uses);
  const layers: LineageNode[][] = [];
  for (const node of nodes) (layers[depths.get(node.id)!] ??= []).push(node);
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    for (let layer = 1; layer < layers.length; layer += 1) sortBy(layers, layer, origins);
    for (let layer = layers.length - 2; layer >= 0; layer -= 1) sortBy(layers, layer, uses);
  }
  return layers;
}

const SWEEPS = 8;

type Neighbours = ReadonlyMap<string, readonly string[]>;

function neighbours(pairs: readonly (readonly [string, string])[]): Neighbours {
  const found = new Map<string, string[]>();
  for (const [of, one] of pairs) {
    const others = found.get(of);
    if (others) others.push(one);
    else found.set(of, [one]);
  }
  return found;
}

function depthsOf(
  nodes: readonly LineageNode[],
  origins: Neighbours,
  uses: Neighbours,
): ReadonlyMap<string, number> {
  const depths = new Map<string, number>();
  const depthOf = (id: string): number => {
    const known = depths.get(id);
    if (known !== undefined) return known;
    const depth = Math.max(-1, ...(origins.get(id) ?? []).map(depthOf)) + 1;
    depths.set(id, depth);
    return depth;
  };
  for (const { id } of nodes) depthOf(id);
  for (const { id } of nodes)
    if (!origins.has(id) && uses.has(id))
      depths.set(id, Math.min(...uses.get(id)!.map((use) => depths.get(use)!)) - 1);
  return depths;
}

/** Sorts a layer by the mean place of each node's neighbours. A node without any stays where it is. */
function sortBy(layers: LineageNode[][], layer: number, neighbours: Neighbours): void {
  const places = new Map<string, number>();
  for (const nodes of layers) nodes.forEach(({ id }, index) => places.set(id, (index + 0.5) / nodes.length));
  const placeOf = ({ id }: LineageNode): number => {
    const near = neighbours.get(id) ?? [];
    if (near.length === 0) return places.get(id)!;
    return near.reduce((sum, other) => sum + places.get(other)!, 0) / near.length;
  };
  const placed = layers[layer]!.map((node) => ({ node, place: placeOf(node) }));
  layers[layer] = placed.sort((a, b) => a.place - b.place).map(({ node }) => node);
}
