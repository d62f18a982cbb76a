import { featureTypes } from '../../../domain/features/feature-types.ts';
import { lookedUpNames, vectorLengths } from '../../../domain/features/vectors.ts';
import type { DefinitionSet } from '../../../domain/registry/definition-set.ts';
import type { FeatureLookup, ScalarFeatureType } from '../../../domain/registry/definition.ts';

/** A column that a lookup adds to a training set. */
interface LookedUpColumn {
  readonly name: string;
  /** The looked-up feature. Another name than the column's: a vector, of which the column is a component. */
  readonly as: string;
  readonly type: ScalarFeatureType;
}

/**
 * The types of looked-up features, by their names in the training set, where each component of a vector is a
 * number of its own. Undefined if a table or feature of the lookups is unknown.
 */
export function lookedUpTypes(
  lookups: readonly FeatureLookup[],
  among: DefinitionSet,
): ReadonlyMap<string, ScalarFeatureType> | undefined {
  const columns = lookups.map((lookup) => lookedUpColumns(lookup, among));
  if (!columns.every((known) => known !== undefined)) return undefined;
  return new Map(columns.flat().map(({ name, type }) => [name, type]));
}

/** The columns that a lookup adds to a training set. Undefined if its table or one of its features is unknown. */
export function lookedUpColumns(
  { table, features }: FeatureLookup,
  among: DefinitionSet,
): LookedUpColumn[] | undefined {
  const found = among.findFeatureTable(table);
  const isWhole = found && (found.kind === 'external_table' || among.find('event_source', found.source));
  if (!isWhole) return undefined;
  const source = among.sourceOf(found);
  const [types, lengths] = [featureTypes(found, source), vectorLengths(found, source)];
  if (features.some(({ feature }) => !types.has(feature))) return undefined;
  return features.flatMap(({ feature, as }) => {
    const type = types.get(feature)!;
    return lookedUpNames(as, lengths.get(feature)).map((name) => ({
      name,
      as,
      type: type === 'double[]' ? 'double' : type,
    }));
  });
}
