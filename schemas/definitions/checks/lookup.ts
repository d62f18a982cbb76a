import { featureTypes } from '../../../domain/features/feature-types.ts';
import type { DefinitionSet } from '../../../domain/registry/definition-set.ts';
import type { FeatureLookup, FeatureType, ScalarFeatureType } from '../../../domain/registry/definition.ts';
import { didYouMean } from '../../values/options.ts';

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
    if (!type)
      return [
        `${at}: feature table '${table}' has no feature '${feature}'${didYouMean(feature, types.keys())}`,
      ];
    if (fits(fallback, type)) return [];
    return [
      type === 'double[]'
        ? `${at}: '${feature}' is a vector, which has no default but null`
        : `${at}: the default of '${feature}' must be ${EXPECTED[type]} or null`,
    ];
  });
  if (lookupKeys.length === found.primaryKeys.length) return unfit;
  const keys = found.primaryKeys.join(', ');
  return [
    ...unfit,
    `${at}: '${table}' is keyed by (${keys}), but the look-up gives ${lookupKeys.length} lookup keys`,
  ];
}

const EXPECTED: Record<ScalarFeatureType, string> = {
  bigint: 'a whole number',
  double: 'a number',
  string: 'a text',
  boolean: 'true, false',
};

function fits(fallback: FeatureLookup['features'][number]['default'], type: FeatureType): boolean {
  if (fallback === null) return true;
  if (type === 'bigint') return Number.isSafeInteger(fallback);
  return type !== 'double[]' && typeof fallback === (type === 'double' ? 'number' : type);
}
