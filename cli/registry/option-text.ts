import { expressionText } from '../../domain/expressions/expression-text.ts';
import { featureText } from '../../domain/features/feature-text.ts';
import { conditionsOf } from '../../domain/features/filter.ts';
import type { FeatureDefinition, Filter } from '../../domain/registry/definition.ts';
import type { Expression } from '../../domain/registry/expression.ts';

/** A value of an option of a definition as people read it: filters and expressions as in the language, else JSON. */
export function optionText(option: string, value: unknown): string {
  if (value === null) return 'none';
  const names = option.split('.');
  const isPart = /^(features|intermediate|requestFeatures)$/.test(names[0]!);
  if (isPart && names.length === 2 && typeof value === 'object' && isComputed(value))
    return featureText(value);
  const last = names.at(-1);
  if (last === 'where' && isPart)
    return conditionsOf(value as Filter)
      .map(expressionText)
      .join(' and ');
  if (last === 'expression' || (last === 'field' && isPart) || option === 'where')
    return expressionText(value as Expression);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function isComputed(value: object): value is FeatureDefinition {
  return 'aggregate' in value || 'expression' in value;
}
