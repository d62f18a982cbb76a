import type { LineageGraph, LineageNode } from '../../domain/lineage/graph.ts';

/** A facet of a dataset, as its schema says. */
export type Facet = Readonly<Record<string, unknown>> & { readonly _schemaURL: string };

/** Says who made a facet. */
export type FacetOf = (facet: Facet) => Facet & { readonly _producer: string };

/** A dataset of OpenLineage: by its names, the same for everyone who reads or writes it. */
export interface LineageDataset {
  readonly namespace: string;
  readonly name: string;
  readonly facets: Readonly<Record<string, Facet>>;
}

/** Where the datasets are. */
export interface DatasetPlaces {
  /** Host and port of Postgres, and the database. */
  readonly postgres: { readonly address: string; readonly database: string };
  /** Host and port of a broker. */
  readonly kafka: string;
  /** The topic of an event source. */
  readonly topicOf: (source: string) => string;
  /** The file of a training set, and its host. */
  readonly fileOf: (trainingSet: string) => { readonly path: string; readonly host: string | null };
}

/** The datasets of the nodes that are one, by the ids of the nodes. */
export function datasetsOf(
  graph: LineageGraph,
  places: DatasetPlaces,
  facetOf: FacetOf,
): ReadonlyMap<string, LineageDataset> {
  return new Map(
    graph.nodes.flatMap((node) => {
      const named = nameOf(node, places);
      if (!named) return [];
      const facets = { ...schemaFacet(graph, node), ...versionFacet(node) };
      const made = Object.entries(facets).map(([name, facet]) => [name, facetOf(facet)] as const);
      return [[node.id, { ...named, facets: Object.fromEntries(made) }] as const];
    }),
  );
}

function nameOf(
  { kind, name, made }: LineageNode,
  places: DatasetPlaces,
): Omit<LineageDataset, 'facets'> | undefined {
  const { address, database } = places.postgres;
  const table = (schema: string, relation: string) => ({
    namespace: `postgres://${address}`,
    name: `${database}.${schema}.${relation}`,
  });
  if (kind === 'event_source') return { namespace: `kafka://${places.kafka}`, name: places.topicOf(name) };
  if (kind === 'reference_table') return table('reference', name);
  if (kind === 'feature_table') return table('features', name.replace(/@\d+$/, ''));
  if (kind === 'spine') return { namespace: 'file', name: made ?? name };
  if (kind === 'model_version') return { namespace: 'mlflow', name: name.replace(/\/\d+$/, '') };
  if (kind !== 'training_set') return undefined;
  const { path, host } = places.fileOf(name);
  return { namespace: host === null ? 'file' : `file://${host}`, name: path };
}

/** The columns: the nodes that are a part of the dataset. */
function schemaFacet({ nodes, edges }: LineageGraph, { id }: LineageNode): Record<string, Facet> {
  const parts = new Set(edges.filter(({ from, role }) => from === id && role === 'part').map(({ to }) => to));
  const fields = nodes
    .filter((node) => parts.has(node.id))
    .map((node) => ({ name: columnName(node), ...(node.made !== null && { description: node.made }) }));
  const _schemaURL =
    'https://openlineage.io/spec/facets/1-2-0/SchemaDatasetFacet.json#/$defs/SchemaDatasetFacet';
  return fields.length === 0 ? {} : { schema: { _schemaURL, fields } };
}

function versionFacet({ kind, name }: LineageNode): Record<string, Facet> {
  const version = kind === 'training_set' ? name : /[@/](\d+)$/.exec(name)?.[1];
  const _schemaURL =
    'https://openlineage.io/spec/facets/1-0-1/DatasetVersionDatasetFacet.json#/$defs/DatasetVersionDatasetFacet';
  return version === undefined ? {} : { version: { _schemaURL, datasetVersion: version } };
}

/** The name of a column: what stands behind the last dot, as names of columns have none. */
export function columnName({ name }: LineageNode): string {
  return name.slice(name.lastIndexOf('.') + 1);
}
