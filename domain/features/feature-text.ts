import { expressionText } from '../expressions/expression-text.ts';
import { type AggregateFeature, type FeatureDefinition, isAggregate } from '../registry/definition.ts';
import { conditionsOf } from './filter.ts';

/** What a feature is computed of, in words: `sum(revenue) over 1 hour where event_type = 'purchase'`. */
export function featureText(feature: FeatureDefinition): string {
  return isAggregate(feature) ? aggregateText(feature) : expressionText(feature.expression);
}

function aggregateText(feature: AggregateFeature): string {
  const { aggregate, field, over, where } = feature;
  const parameters = PARAMETERS.flatMap((name) => {
    const value = (feature as Partial<Record<(typeof PARAMETERS)[number], number>>)[name];
    return value === undefined ? [] : [String(value)];
  });
  const operands = [...(field === null ? [] : [expressionText(field)]), ...parameters];
  const conditions = conditionsOf(where).map(expressionText);
  return [
    `${aggregate}(${operands.join(', ')})`,
    ...(over === null ? [] : [over === 'lifetime' ? 'over all events' : `over ${over}`]),
    ...(conditions.length === 0 ? [] : [`where ${conditions.join(' and ')}`]),
  ].join(' ');
}

/** The parameters that change what is computed. `exactUpTo` says only how far it is exact. */
const PARAMETERS = ['k', 'bound', 'quantile'] as const;
