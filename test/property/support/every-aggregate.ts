import { isOperation, operandsOf } from '../../../domain/expressions/operands.ts';
import {
  type FeatureDefinition,
  type StreamTableDefinition,
  isAggregate,
} from '../../../domain/registry/definition.ts';
import type { Expression, Operator } from '../../../domain/registry/expression.ts';
import { userEvents } from '../../../examples/churn/definitions/user-events.ts';
import {
  approxCountDistinct,
  coalesce,
  collectSet,
  count,
  countDistinct,
  countIf,
  diversity,
  first,
  greater,
  histogram,
  last,
  lastK,
  max,
  mean,
  meanInterarrival,
  min,
  mostFrequent,
  multiply,
  quantile,
  ratio,
  share,
  stddev,
  streamTable,
  subtract,
  sum,
  topK,
  variance,
} from '../../../schemas/index.ts';
import type { OracleTable } from '../../oracle/feature-rows.ts';
import { MINUTE } from '../../oracle/log.ts';

const LENGTHS: Readonly<Record<string, bigint | 'lifetime'>> = {
  '10 minutes': 10n * MINUTE,
  '50 minutes': 50n * MINUTE,
  '60 minutes': 60n * MINUTE,
  lifetime: 'lifetime',
};

const views = { where: { event_type: 'view' } };

/**
 * A second table on the example's source, with every aggregate on every type of field and windows of its own.
 */
export const everyAggregate = streamTable({
  name: 'every_aggregate',
  source: userEvents,
  window: { length: '30 minutes', slide: '10 minutes' },
  features: {
    events: count(),
    views: count(views),
    hundreds: count({ where: { revenue: 100 } }),
    revenue: sum('revenue'),
    revenue_of_views: sum('revenue', views),
    mean_revenue: mean('revenue'),
    least_revenue: min('revenue'),
    greatest_revenue: max('revenue', views),
    first_time: min('event_ts'),
    last_view: max('event_ts', views),
    revenue_variance: variance('revenue'),
    revenue_stddev: stddev('revenue', views),
    products: countDistinct('product_id'),
    revenues: countDistinct('revenue'),
    about_products: approxCountDistinct('product_id', views),
    about_revenues: approxCountDistinct('revenue'),
    first_product: first('product_id'),
    first_revenue: first('revenue', views),
    last_product: last('product_id'),
    last_revenue: last('revenue'),
    last_products: lastK('product_id', { k: 2 }),
    last_revenues: lastK('revenue', { k: 3, ...views }),
    product_set: collectSet('product_id', { bound: 1 }),
    revenue_set: collectSet('revenue', { bound: 3, ...views }),
    top_platforms: topK('platform', { k: 2 }),
    top_revenues: topK('revenue', { k: 2, ...views }),
    median_revenue: quantile('revenue', { quantile: 0.5 }),
    high_revenue: quantile('revenue', { quantile: 0.9, ...views }),
    by_platform: histogram('platform', views),
    by_revenue: histogram('revenue'),
    dear: countIf(greater('revenue', 10)),
    dear_views: countIf(greater('revenue', 10), views),
    share_of_dear: share(greater('revenue', 10)),
    share_of_dear_views: share({ revenue: 100 }, views),
    between_events: meanInterarrival(),
    between_views: meanInterarrival(views),
    usual_platform: mostFrequent('platform', views),
    usual_revenue: mostFrequent('revenue'),
    platform_diversity: diversity('platform', views),
    product_diversity: diversity('product_id'),
    revenue_per_event: ratio('revenue', 'events'),
    views_per_hundred: ratio(multiply(100, 'views'), 'events'),
    spread: subtract('greatest_revenue', 'least_revenue'),
    spread_or_mean: coalesce('spread', 'mean_revenue', -1),
    relative_spread: ratio('spread_or_mean', coalesce('median_revenue', 0)),
    beyond_doubles: multiply('revenue', 'revenue_variance', 1e300),
    sample_variance: ratio(multiply('revenue_variance', 'revenues'), subtract('revenues', 1)),
  },
}).definition;

/** The same features over the table's length, over a shorter length, and over the lifetime. */
export const everyLength: StreamTableDefinition = {
  ...everyAggregate,
  name: 'every_length',
  features: everyAggregate.features.flatMap((feature): FeatureDefinition[] =>
    isAggregate(feature)
      ? [
          { ...feature, name: `${feature.name}_10m`, over: '10 minutes' },
          feature,
          { ...feature, name: `${feature.name}_ever`, over: 'lifetime' },
        ]
      : [feature, { name: `${feature.name}_ever`, expression: overLifetimes(feature.expression) }],
  ),
};

/**
 * The same features over a window with a tail, over a shorter span that starts by the tail, over one that is exact
 * to the slide, and over the lifetime.
 */
export const everyTail: StreamTableDefinition = {
  ...everyLength,
  name: 'every_tail',
  window: { length: '60 minutes', slide: '30 seconds', tail: '10 minutes' },
  features: everyAggregate.features.flatMap((feature): FeatureDefinition[] =>
    isAggregate(feature)
      ? [
          { ...feature, name: `${feature.name}_10m`, over: '10 minutes' },
          { ...feature, name: `${feature.name}_50m`, over: '50 minutes' },
          feature,
          { ...feature, name: `${feature.name}_ever`, over: 'lifetime' },
        ]
      : [feature],
  ),
};

/** {@link everyTail} in the oracle's form. */
export const everyTailForOracle: OracleTable = {
  length: 60n * MINUTE,
  slide: MINUTE / 2n,
  tail: 10n * MINUTE,
  features: everyTail.features.map((feature) =>
    isAggregate(feature) ? { ...feature, over: LENGTHS[feature.over ?? '60 minutes']! } : feature,
  ),
};

/** The expression with each feature replaced by the same feature over the lifetime. */
function overLifetimes(expression: Expression): Expression {
  if (typeof expression === 'string') return `${expression}_ever`;
  if (!isOperation(expression)) return expression;
  return { op: expression.op as Operator, of: operandsOf(expression).map(overLifetimes) };
}

/** A table with windows of 30 minutes in the oracle's form. */
export function forOracle({ features }: StreamTableDefinition): OracleTable {
  return {
    length: 30n * MINUTE,
    slide: 10n * MINUTE,
    features: features.map((feature) =>
      isAggregate(feature) ? { ...feature, over: LENGTHS[feature.over ?? ''] ?? 30n * MINUTE } : feature,
    ),
  };
}
