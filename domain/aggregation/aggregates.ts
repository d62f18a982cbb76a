import {
  type AggregateFeature,
  type AggregateKind,
  type FeatureType,
  type FieldType,
  type PlainAggregateKind,
  SCALAR_TYPES,
} from '../registry/definition.ts';
import type { Aggregator } from './aggregator.ts';
import { approxCountDistinct } from './approx-count-distinct.ts';
import { collectSet } from './collect-set.ts';
import { countDistinct } from './count-distinct.ts';
import { count } from './count.ts';
import { diversity } from './diversity.ts';
import { exactLimits } from './exact-limits.ts';
import { max, min } from './extreme.ts';
import { first, last } from './first-last.ts';
import { histogram, topK } from './histogram.ts';
import { lastK } from './last-k.ts';
import { meanInterarrival } from './mean-interarrival.ts';
import { meanVector } from './mean-vector.ts';
import { mean } from './mean.ts';
import { mostFrequent } from './most-frequent.ts';
import { quantile } from './quantile.ts';
import { share } from './share.ts';
import { sum } from './sum.ts';
import { stddev, variance } from './variance.ts';

/**
 * What an aggregate requires of its field, and the type of the feature. `field` is the type of the field
 * itself, or a double for a field of whole numbers, which may become a field of doubles. An aggregate that
 * takes whole numbers also takes doubles.
 */
interface AggregateRule {
  readonly fieldRequired: boolean;
  readonly fieldTypes: readonly FieldType[];
  readonly featureType: FeatureType | 'field';
}

const ofNumbers: AggregateRule = {
  fieldRequired: true,
  fieldTypes: ['double', 'integer'],
  featureType: 'double',
};
/** These give a vector of the length of their field. */
const ofVectors: AggregateRule = { fieldRequired: true, fieldTypes: ['double[]'], featureType: 'double[]' };
/** These take decimals exactly. */
const ofDecimals: AggregateRule = { ...ofNumbers, fieldTypes: ['double', 'integer', 'decimal'] };
const ofValues: Omit<AggregateRule, 'featureType'> = {
  fieldRequired: true,
  fieldTypes: ['string', 'double', 'integer', 'date', 'boolean'],
};
/** These give a value of the field as it is. */
const ofSingleValues: AggregateRule = { ...ofValues, featureType: 'field' };

export const aggregateRules: Record<AggregateKind, AggregateRule> = {
  count: { fieldRequired: false, fieldTypes: SCALAR_TYPES, featureType: 'bigint' },
  share: { fieldRequired: true, fieldTypes: ['boolean'], featureType: 'double' },
  mean_interarrival: { fieldRequired: false, fieldTypes: [], featureType: 'double' },
  sum: ofDecimals,
  mean: ofDecimals,
  variance: ofDecimals,
  stddev: ofDecimals,
  quantile: ofNumbers,
  min: { ...ofNumbers, fieldTypes: ['double', 'integer', 'timestamp'] },
  max: { ...ofNumbers, fieldTypes: ['double', 'integer', 'timestamp'] },
  count_distinct: { ...ofValues, featureType: 'bigint' },
  approx_count_distinct: { ...ofValues, featureType: 'bigint' },
  first: ofSingleValues,
  last: ofSingleValues,
  last_vector: ofVectors,
  mean_vector: ofVectors,
  last_k: { ...ofValues, featureType: 'string' },
  collect_set: { ...ofValues, featureType: 'string' },
  top_k: { ...ofValues, featureType: 'string' },
  histogram: { ...ofValues, featureType: 'string' },
  most_frequent: ofSingleValues,
  diversity: { ...ofValues, featureType: 'double' },
};

const plainAggregators: Record<PlainAggregateKind, Aggregator<unknown>> = {
  count,
  share,
  mean_interarrival: meanInterarrival,
  sum,
  mean,
  variance,
  stddev,
  min,
  max,
  approx_count_distinct: approxCountDistinct,
  first,
  last,
  last_vector: last,
  mean_vector: meanVector,
};

/**
 * The aggregator of a feature. A partial must only be given to the aggregator that made it, or to one whose
 * {@link partialKind} is the same.
 *
 * @param sharing the number of aggregations of the table that hold all values, and share the room of a tile.
 */
export function aggregatorOf(feature: AggregateFeature, sharing = 1): Aggregator<unknown> {
  if (feature.aggregate === 'last_k') return lastK(feature.k);
  if (feature.aggregate === 'collect_set') return collectSet(feature.bound);
  if (feature.aggregate === 'quantile') return quantile(feature.quantile);
  if (feature.aggregate === 'count_distinct') return countDistinct(exactLimits(feature.exactUpTo, sharing));
  if (feature.aggregate === 'histogram') return histogram(exactLimits(feature.exactUpTo, sharing));
  if (feature.aggregate === 'most_frequent') return mostFrequent(exactLimits(feature.exactUpTo, sharing));
  if (feature.aggregate === 'diversity') return diversity(exactLimits(feature.exactUpTo, sharing));
  if (feature.aggregate === 'top_k') return topK(feature.k, exactLimits(feature.exactUpTo, sharing));
  return plainAggregators[feature.aggregate];
}

/**
 * The aggregate whose partials an aggregate has. Aggregations are stored by their places in a table, so what
 * tables of earlier versions hold apart must stay apart: `top_k` has partials of its own.
 */
export function partialKind(aggregate: AggregateKind): AggregateKind {
  return aggregate === 'most_frequent' || aggregate === 'diversity' ? 'histogram' : aggregate;
}

const HOLDING_VALUES: ReadonlySet<AggregateKind> = new Set(['count_distinct', 'histogram', 'top_k']);

/** Whether the partials of a feature hold all values, up to a limit. */
export function holdsValues({ aggregate }: AggregateFeature): boolean {
  return HOLDING_VALUES.has(partialKind(aggregate));
}
