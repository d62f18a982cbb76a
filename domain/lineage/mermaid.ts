import type { LineageGraph } from './graph.ts';
import { isIndirect, subtitleOf, titleOf } from './words.ts';

/** A lineage as a flowchart of Mermaid. Dashed arrows decide which rows there are. */
export function mermaidOf({ nodes, edges }: LineageGraph, roots: readonly string[]): string {
  const ids = new Map(nodes.map(({ id }, index) => [id, `n${index}`]));
  return [
    'flowchart LR',
    ...nodes.map((node) => {
      const subtitle = escaped(subtitleOf(node, 80));
      const isRoot = roots.includes(node.id);
      return `  ${ids.get(node.id)}["${escaped(titleOf(node))}<br/><small>${subtitle}</small>"]${isRoot ? ':::root' : ''}`;
    }),
    ...edges.map(({ from, to, role }) => {
      const arrow = isIndirect(role) ? `-. ${role} .->` : '-->';
      return `  ${ids.get(from)} ${arrow} ${ids.get(to)}`;
    }),
    '  classDef root stroke-width:3px',
  ].join('\n');
}

function escaped(text: string): string {
  return text.replaceAll(/["<>&#`]/g, (character) => `#${character.codePointAt(0)};`);
}
