import type {
  AggregateFeature,
  BatchTableDefinition,
  Definition,
  DerivedFeature,
  EventSourceDefinition,
  ReferenceTableDefinition,
  StreamTableDefinition,
  TrainingSetDefinition,
} from '../../../domain/registry/definition.ts';

/** A version of a definition in a random registry. */
export interface DefinedVersion {
  readonly definition: Definition;
  readonly version: number;
}

/** A built training set: which versions it was built from. */
export interface BuiltFrom {
  readonly definitions: readonly { readonly kind: string; readonly name: string; readonly version: number }[];
}

/**
 * The fields that the rows of a built training set depend on, as `SOURCE.FIELD`, by following each looked-up feature
 * and request feature down, one name at a time.
 */
export function fieldsBehind(all: readonly DefinedVersion[], { definitions }: BuiltFrom): Set<string> {
  const found = new Set<string>();
  const pinned = definitions.map(
    ({ kind, name, version }) =>
      all.find(
        (one) => one.definition.kind === kind && one.definition.name === name && one.version === version,
      )!.definition,
  );
  const set = pinned.find(({ kind }) => kind === 'training_set') as TrainingSetDefinition;
  for (const { table: name, features } of set.lookups) {
    const table = pinned.find((one) => one.kind.endsWith('_table') && one.name === name)!;
    if (table.kind === 'stream_table' || table.kind === 'batch_table')
      for (const { feature } of features) followFeature(all, table, feature, found);
  }
  return found;
}

type Computed = StreamTableDefinition | BatchTableDefinition;

function followFeature(
  all: readonly DefinedVersion[],
  table: Computed,
  name: string,
  found: Set<string>,
): void {
  const own = (field: string) => found.add(`${table.source}.${field}`);
  const everyVersion = all.map(({ definition }) => definition);
  const sources = everyVersion.filter(
    (one): one is EventSourceDefinition => one.kind === 'event_source' && one.name === table.source,
  );
  for (const { eventTime, where, deduplicate } of sources)
    [...table.primaryKeys, eventTime, ...textsIn(where), ...(deduplicate?.by ?? [])].forEach(own);
  const references = everyVersion.filter(
    (one): one is ReferenceTableDefinition =>
      one.kind === 'reference_table' && table.kind === 'batch_table' && table.references.includes(one.name),
  );
  const finding = (reference: ReferenceTableDefinition) =>
    [...reference.primaryKeys, 'valid_from'].forEach((field) => found.add(`${reference.name}.${field}`));
  if (table.kind === 'batch_table' && table.sql !== undefined) {
    const isNamed = (field: string) => new RegExp(`\\b${field}\\b`).test(table.sql!);
    for (const { fields } of sources) fields.forEach((field) => isNamed(field.name) && own(field.name));
    for (const reference of references) {
      finding(reference);
      for (const field of reference.fields)
        if (isNamed(field.name)) found.add(`${reference.name}.${field.name}`);
    }
    return;
  }
  const features = [
    ...(table.kind === 'batch_table' ? (table.intermediate ?? []) : []),
    ...table.features,
  ] as readonly (AggregateFeature | DerivedFeature)[];
  const feature = features.find((one) => one.name === name)!;
  for (const read of textsIn('aggregate' in feature ? feature.field : feature.expression)) {
    const reference = references.find((one) => read.startsWith(`${one.name}.`));
    if (reference) {
      found.add(read);
      finding(reference);
      if (!reference.primaryKeys.every((key) => table.primaryKeys.includes(key)))
        reference.primaryKeys.forEach(own);
    } else if ('aggregate' in feature) own(read);
    else followFeature(all, table, read, found);
  }
  if ('aggregate' in feature) textsIn(feature.where).forEach(own);
}

/** The names in an expression or a filter of the random registries: what stands where a name stands. */
function textsIn(of: unknown): string[] {
  if (typeof of === 'string') return [of];
  if (typeof of !== 'object' || of === null || 'text' in of) return [];
  if ('expression' in of) return textsIn(of.expression);
  if ('field' in of) return textsIn(of.field);
  if ('of' in of) return (Array.isArray(of.of) ? of.of : [of.of]).flatMap(textsIn);
  return 'op' in of ? [] : Object.keys(of);
}
