import { AsofError } from '../errors/asof-error.ts';
import { nearestName } from '../errors/nearest-name.ts';
import { quoted } from '../errors/quoted.ts';
import type { LineageGraph, LineageNode, NodeKind } from './graph.ts';

/**
 * What a lineage is of, by its name: `{ field: 'user-events.revenue' }`. A feature or table without a version, as in
 * `{ feature: 'user_activity_features.revenue_1h' }`, means all of its versions. A training set has an id, or the
 * name of its definition.
 */
export type LineageSubject = {
  readonly [Kind in SubjectKind]: Readonly<Record<Kind, string>>;
}[SubjectKind];

export type SubjectKind = keyof typeof KINDS;

const KINDS = {
  source: ['event_source', 'reference_table'],
  field: ['event_field', 'reference_field'],
  table: ['feature_table'],
  feature: ['feature'],
  trainingSet: ['training_set', 'training_set_definition'],
  model: ['model_version'],
  endpoint: ['endpoint'],
} as const satisfies Record<string, readonly NodeKind[]>;

const WORDS: Readonly<Record<SubjectKind, string>> = {
  source: 'event source or reference table',
  field: 'field of an event source or reference table',
  table: 'feature table',
  feature: 'feature',
  trainingSet: 'training set',
  model: 'model version',
  endpoint: 'endpoint',
};

/**
 * The nodes of a subject.
 *
 * @throws AsofError `ASOF_LINEAGE_UNKNOWN` if there are none.
 */
export function nodesOf({ nodes }: LineageGraph, subject: LineageSubject): [LineageNode, ...LineageNode[]] {
  const [[kind, name]] = Object.entries(subject) as [[SubjectKind, string]];
  const kinds: readonly NodeKind[] = KINDS[kind];
  const candidates = nodes.filter((node) => kinds.includes(node.kind));
  const [first, ...others] = candidates.filter(
    (node) => node.name === name || withoutVersion(node.name) === name,
  );
  if (first) return [first, ...others];
  const names = candidates.flatMap((node) => [node.name, withoutVersion(node.name)]);
  const near = nearestName(name, names);
  const known = [...new Set(candidates.map((node) => withoutVersion(node.name)))].slice(0, MOST_NAMED);
  const hint = near === undefined ? `known: ${known.join(', ') || 'none'}` : `did you mean ${quoted(near)}?`;
  throw new AsofError('ASOF_LINEAGE_UNKNOWN', `there is no ${WORDS[kind]} ${quoted(name)}; ${hint}`, {
    details: { kind, name },
  });
}

const MOST_NAMED = 20;

/** `user_activity_features@1.revenue_1h` without the version. */
function withoutVersion(name: string): string {
  return name.replace(/@\d+(?=\.|$)/, '');
}
