import { featureTypes } from '../../../domain/features/feature-types.ts';
import type { DefinitionSet } from '../../../domain/registry/definition-set.ts';
import type { FeatureLookup, FeatureType } from '../../../domain/registry/definition.ts';

/**
 * The problems that prevent a lookup from being answered by its feature table.
 *
 * @param at the definition that has the lookup, in words.
 */
export function lookupProblems(
  at: string,
  { table, features, lookupKeys }: FeatureLookup,
  among: DefinitionSet,
): string[] {
  const found = among.findFeatureTable(table);
  const isWhole = found && (found.kind === 'external_table' || among.find('event_source', found.source));
  if (!isWhole) return [`${at}: there is no feature table '${table}' among the definitions`];
  const types = featureTypes(found, among.sourceOf(found));
  const unfit = features.flatMap(({ feature, default: fallback }) => {
    const type = types.get(feature);
    if (!type) return [`${at}: feature table '${table}' has no feature '${feature}'`];
    return fits(fallback, type)
      ? []
      : [`${at}: the default of '${feature}' must be ${EXPECTED[type]} or null`];
  });
  if (lookupKeys.length === found.primaryKeys.length) return unfit;
  const keys = found.primaryKeys.join(', ');
  return [
    ...unfit,
    `${at}: '${table}' is keyed by (${keys}), but the look-up gives ${lookupKeys.length} lookup keys`,
  ];
}

const EXPECTED: Record<FeatureType, string> = {
  bigint: 'a whole number',
  double: 'a number',
  string: 'a text',
};

function fits(fallback: string | number | null, type: FeatureType): boolean {
  if (fallback === null) return true;
  if (type === 'string') return typeof fallback === 'string';
  return type === 'double' ? typeof fallback === 'number' : Number.isSafeInteger(fallback);
}
