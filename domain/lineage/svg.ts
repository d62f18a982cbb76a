import type { EdgeRole, LineageGraph, LineageNode, NodeKind } from './graph.ts';
import { layersOf } from './layers.ts';
import { isIndirect, subtitleOf, titleOf } from './words.ts';

/** A lineage as a drawing, from left to right, for light and dark pages. Dashed lines decide which rows there are. */
export function svgOf(graph: LineageGraph, roots: readonly string[]): string {
  const columns = columnsOf(layersOf(graph));
  const boxes = new Map(columns.flatMap((boxes) => boxes.map((box) => [box.node.id, box])));
  const all = [...boxes.values()];
  const width = Math.max(0, ...all.map((box) => box.x + box.width)) + MARGIN;
  const height = Math.max(0, ...all.map((box) => box.y + BOX)) + MARGIN;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>lineage of ${escaped(roots.map((id) => titleOf(boxes.get(id)!.node)).join(', '))}</title>`,
    `<style>${STYLE}</style>`,
    `<rect class="page" width="${width}" height="${height}"/>`,
    ...graph.edges.map(({ from, to, role }) => line(boxes.get(from)!, boxes.get(to)!, role)),
    ...all.map((box) => drawn(box, roots.includes(box.node.id))),
    '</svg>',
  ].join('\n');
}

interface Box {
  readonly node: LineageNode;
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

const MARGIN = 16;
const BOX = 38;
const BETWEEN_BOXES = 10;
const BETWEEN_COLUMNS = 96;
/** How many characters of a subtitle are drawn. All of it is in the tooltip. */
const SUBTITLE = 48;

function columnsOf(layers: readonly (readonly LineageNode[])[]): Box[][] {
  const tallest = Math.max(0, ...layers.map(({ length }) => length));
  let x = MARGIN;
  return layers.map((nodes) => {
    const width = Math.ceil(Math.max(...nodes.map(widthOf)));
    const top = MARGIN + ((tallest - nodes.length) * (BOX + BETWEEN_BOXES)) / 2;
    const boxes = nodes.map((node, index) => ({ node, x, y: top + index * (BOX + BETWEEN_BOXES), width }));
    x += width + BETWEEN_COLUMNS;
    return boxes;
  });
}

/** Wide enough for both texts in the fonts of most systems. */
function widthOf(node: LineageNode): number {
  return 24 + Math.max([...titleOf(node)].length * 7.3, [...subtitleOf(node, SUBTITLE)].length * 5.7);
}

function line(from: Box, to: Box, role: EdgeRole): string {
  const [x1, y1] = [from.x + from.width, from.y + BOX / 2];
  const [x2, y2] = [to.x, to.y + BOX / 2];
  const bend = (x2 - x1) / 2;
  const path = `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`;
  const about = `${titleOf(from.node)} → ${titleOf(to.node)}: ${role.replaceAll('_', ' ')}`;
  return `<path class="${isIndirect(role) ? 'indirect' : 'direct'}" d="${path}"><title>${escaped(about)}</title></path>`;
}

function drawn({ node, x, y, width }: Box, isRoot: boolean): string {
  const about = `${node.name}\n${subtitleOf(node, Infinity)}`;
  return [
    `<g class="${HUES[node.kind]}${isRoot ? ' root' : ''}"><title>${escaped(about)}</title>`,
    `<rect x="${x}" y="${y}" width="${width}" height="${BOX}" rx="5"/>`,
    `<text x="${x + 12}" y="${y + 16}">${escaped(titleOf(node))}</text>`,
    `<text class="made" x="${x + 12}" y="${y + 30}">${escaped(subtitleOf(node, SUBTITLE))}</text></g>`,
  ].join('');
}

const HUES: Readonly<Record<NodeKind, string>> = {
  event_source: 'source',
  event_field: 'source',
  reference_table: 'reference',
  reference_field: 'reference',
  spine: 'reference',
  request_field: 'reference',
  feature_table: 'table',
  online_table: 'table',
  feature: 'feature',
  request_feature: 'feature',
  training_set_definition: 'set',
  training_set: 'set',
  model_version: 'model',
  endpoint: 'endpoint',
};

const STYLE = [
  'text{font:600 12px system-ui,sans-serif;fill:#1f2328}.made{font-weight:400;font-size:10px;fill:#59636e}',
  '.page{fill:#ffffff}g rect{fill:#f6f8fa;stroke-width:1.2}g.root rect{stroke-width:3}',
  'path{fill:none;stroke:#8c959f;stroke-width:1.1}.indirect{stroke-dasharray:4 3;opacity:.6}path:hover{stroke:#0969da;stroke-width:2.5;opacity:1}',
  '.source rect{stroke:#0969da}.reference rect{stroke:#1b7c83}.table rect{stroke:#59636e}.feature rect{stroke:#1a7f37}',
  '.set rect{stroke:#8250df}.model rect{stroke:#bc4c00}.endpoint rect{stroke:#cf222e}',
  '@media(prefers-color-scheme:dark){.page{fill:#0d1117}g rect{fill:#161b22}text{fill:#e6edf3}.made{fill:#9198a1}path{stroke:#6e7681}',
  '.source rect{stroke:#4493f8}.reference rect{stroke:#39c5cf}.table rect{stroke:#9198a1}.feature rect{stroke:#3fb950}',
  '.set rect{stroke:#ab7df8}.model rect{stroke:#db6d28}.endpoint rect{stroke:#f85149}}',
].join('');

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** A text without what ends a text or an attribute, and without characters that XML has not. */
function escaped(text: string): string {
  // eslint-disable-next-line no-control-regex -- these are what is taken out
  const fit = text.replaceAll(/[\0-\b\v\f\x0e-\x1f]/g, '').toWellFormed();
  return fit.replaceAll(/[&<>"]/g, (character) => ENTITIES[character]!);
}
