import type { EdgeRole, LineageEdge, LineageGraph, LineageNode } from '../../domain/lineage/graph.ts';
import { isIndirect } from '../../domain/lineage/words.ts';
import { type Facet, type LineageDataset, columnName } from './datasets.ts';

/** A column of another dataset that something is made of. */
interface InputField {
  readonly namespace: string;
  readonly name: string;
  readonly field: string;
  readonly transformations: readonly { readonly type: 'DIRECT' | 'INDIRECT'; readonly subtype: string }[];
}

/** The datasets that a node was made of, and the columns behind each of its own. */
interface ColumnLineage {
  readonly inputs: readonly LineageDataset[];
  readonly facet: Facet;
}

const SCHEMA =
  'https://openlineage.io/spec/facets/1-2-0/ColumnLineageDatasetFacet.json#/$defs/ColumnLineageDatasetFacet';

/**
 * The lineage of the columns of a dataset. What it looks up, and what it computes, are columns; what decides which
 * rows there are belongs to the whole dataset.
 */
export function columnLineage(
  { nodes, edges }: LineageGraph,
  of: LineageNode,
  datasets: ReadonlyMap<string, LineageDataset>,
): ColumnLineage {
  const owners = new Map(edges.filter(({ role }) => role === 'part').map(({ from, to }) => [to, from]));
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const into = (id: string) => edges.filter(({ to, role }) => to === id && role !== 'part');
  const found = new Set<string>();
  const inputOf = (id: string, role: EdgeRole): InputField[] => {
    const owner = owners.get(id);
    const dataset = owner === undefined || owner === of.id ? undefined : datasets.get(owner);
    if (!dataset) return [];
    found.add(owner!);
    const { namespace, name } = dataset;
    return [{ namespace, name, field: columnName(byId.get(id)!), transformations: [transformation(role)] }];
  };
  // A column that another column of the same dataset is computed of hands on what it is made of itself.
  const behind = (edge: LineageEdge): InputField[] => {
    const inputs = inputOf(edge.from, edge.role);
    return inputs.length > 0 ? inputs : into(edge.from).flatMap(behind);
  };
  const columns = nodes.filter(({ id }) => owners.get(id) === of.id);
  const own = into(of.id);
  const computed = own.filter(({ from }) => byId.get(from)!.kind === 'request_feature');
  const looked = own.filter(({ as }) => as !== undefined);
  const rows = own.filter((edge) => !computed.includes(edge) && !looked.includes(edge));
  const fields = [
    ...columns.map((column) => [columnName(column), into(column.id).flatMap(behind)] as const),
    ...looked.map((edge) => [edge.as!, behind(edge)] as const),
    ...computed.map(({ from }) => [columnName(byId.get(from)!), into(from).flatMap(behind)] as const),
  ];
  const dataset = rows.flatMap((edge) => inputOf(edge.from, edge.role));
  for (const { from } of own) if (datasets.has(from)) found.add(from);
  const facet = {
    _schemaURL: SCHEMA,
    fields: Object.fromEntries(
      fields.map(([name, inputFields]) => [name, { inputFields: distinct(inputFields) }]),
    ),
    ...(dataset.length > 0 && { dataset: distinct(dataset) }),
  };
  return { inputs: [...found].map((id) => datasets.get(id)!), facet };
}

const SUBTYPES: Partial<Record<EdgeRole, string>> = {
  filter: 'FILTER',
  key: 'GROUP_BY',
  time: 'WINDOW',
  duplicates: 'FILTER',
  join: 'JOIN',
  look_up: 'IDENTITY',
};

function transformation(role: EdgeRole): InputField['transformations'][number] {
  return { type: isIndirect(role) ? 'INDIRECT' : 'DIRECT', subtype: SUBTYPES[role] ?? 'TRANSFORMATION' };
}

function distinct(fields: readonly InputField[]): InputField[] {
  return [...new Map(fields.map((field) => [JSON.stringify(field), field])).values()];
}
