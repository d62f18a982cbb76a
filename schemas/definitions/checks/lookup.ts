import { featureTypes } from '../../../domain/features/feature-types.ts';
import type { DefinitionSet } from '../../../domain/registry/definition-set.ts';
import type { FeatureLookup, FeatureType } from '../../../domain/registry/definition.ts';

/** What keeps a look-up of the definition `at` from being answered by its feature table. */
export function lookupProblems(
  at: string,
  { table, features, lookupKeys }: FeatureLookup,
  among: DefinitionSet,
): string[] {
  const found = among.findFeatureTable(table);
  const source = found && among.find('event_source', found.source);
  if (!found || !source) return [`${at}: there is no feature table '${table}' among the definitions`];
  const types = featureTypes(found, source);
  const unfit = features.flatMap(({ feature, default: otherwise }) => {
    const type = types.get(feature);
    if (!type) return [`${at}: feature table '${table}' has no feature '${feature}'`];
    return fits(otherwise, type)
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

function fits(otherwise: string | number | null, type: FeatureType): boolean {
  if (otherwise === null) return true;
  if (type === 'string') return typeof otherwise === 'string';
  return type === 'double' ? typeof otherwise === 'number' : Number.isSafeInteger(otherwise);
}
