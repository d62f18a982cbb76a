import { createHash } from 'node:crypto';
import type { LineageGraph, LineageNode } from '../../domain/lineage/graph.ts';
import { type Instant, formatInstant } from '../../domain/time/instant.ts';
import { columnLineage } from './column-lineage.ts';
import { type DatasetPlaces, type FacetOf, type LineageDataset, datasetsOf } from './datasets.ts';

/** An event of OpenLineage: that a run of a job began, or what it made of what. */
export interface RunEvent {
  readonly eventType: 'START' | 'COMPLETE';
  readonly eventTime: string;
  readonly run: { readonly runId: string };
  readonly job: { readonly namespace: string; readonly name: string };
  readonly inputs: readonly LineageDataset[];
  readonly outputs: readonly LineageDataset[];
  readonly producer: string;
  readonly schemaURL: string;
}

/** What the events say beside the graph. */
export interface RunFacts extends DatasetPlaces {
  /** The namespace of the jobs. */
  readonly deployment: string;
  /** When a feature table, training set or model version was made, by the id of its node. */
  readonly madeAt: (id: string) => Instant;
}

const PRODUCER = 'https://www.npmjs.com/package/asof';
const SCHEMA = 'https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent';

/** The kinds of what is made by a job of Asof, and the job. */
const JOBS: Partial<Record<LineageNode['kind'], string>> = {
  feature_table: 'computeFeatures',
  training_set: 'buildTrainingSet',
  model_version: 'trainModel',
};

/**
 * The lineage as run events of OpenLineage: for each feature table, training set and model version one run that
 * made it, with the datasets that it was made of and the lineage of its columns. The same lineage gives the same
 * events, so that sending them again changes nothing for who collects them.
 */
export function runEvents(graph: LineageGraph, facts: RunFacts): RunEvent[] {
  const facetOf: FacetOf = (facet) => ({ _producer: PRODUCER, ...facet });
  const datasets = datasetsOf(graph, facts, facetOf);
  return graph.nodes.flatMap((node) => {
    const job = JOBS[node.kind];
    const output = datasets.get(node.id);
    if (job === undefined || !output) return [];
    const { inputs, facet } = columnLineage(graph, node, datasets);
    if (inputs.length === 0) return [];
    const event = {
      eventTime: formatInstant(facts.madeAt(node.id)),
      run: { runId: uuidOf(`${facts.deployment} ${node.id}`) },
      job: { namespace: facts.deployment, name: `${job}.${subjectOf(node)}` },
      producer: PRODUCER,
      schemaURL: SCHEMA,
    };
    const made = { ...output, facets: { ...output.facets, columnLineage: facetOf(facet) } };
    return [
      { ...event, eventType: 'START' as const, inputs: [], outputs: [] },
      { ...event, eventType: 'COMPLETE' as const, inputs, outputs: [made] },
    ];
  });
}

/** The name of the definition that a job works on. */
function subjectOf({ kind, name, made }: LineageNode): string {
  const versioned = kind === 'training_set' ? made!.split(',', 1)[0]! : name;
  return versioned.replace(/[@/][\d?]+$/, '');
}

/** A UUID (version 8) that is made of a text. */
function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
