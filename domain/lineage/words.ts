import type { EdgeRole, LineageNode, NodeKind } from './graph.ts';

/** The kinds of nodes in words. */
export const KIND_WORDS: Readonly<Record<NodeKind, string>> = {
  event_source: 'event source',
  reference_table: 'reference table',
  event_field: 'field',
  reference_field: 'field',
  feature_table: 'feature table',
  feature: 'feature',
  spine: 'spine',
  request_field: 'request field',
  request_feature: 'request feature',
  training_set_definition: 'training set, as defined',
  training_set: 'training set',
  model_version: 'model version',
  online_table: 'online table',
  endpoint: 'endpoint',
};

/** The roles of edges that hand on no value, but decide which rows there are. */
const INDIRECT: readonly EdgeRole[] = ['filter', 'key', 'time', 'duplicates', 'join'];

export function isIndirect(role: EdgeRole): boolean {
  return INDIRECT.includes(role);
}

/** What a drawing says below the name of a node. */
export function subtitleOf({ kind, made }: LineageNode, most: number): string {
  const text = made === null ? KIND_WORDS[kind] : `${KIND_WORDS[kind]}: ${made}`;
  const characters = [...text.replaceAll(/\s+/g, ' ')];
  return characters.length <= most ? characters.join('') : `${characters.slice(0, most - 1).join('')}…`;
}

/** A name that fits, such as the start of a hash. */
export function titleOf({ kind, name }: LineageNode): string {
  return kind === 'spine' ? name.slice(0, 12) : name;
}
