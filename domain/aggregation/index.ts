import type { AggregateKind, FieldType } from '../definition.ts';
import type { Aggregator } from './aggregator.ts';
import { count } from './count.ts';
import { countDistinct } from './count-distinct.ts';
import { last } from './last.ts';
import { sum } from './sum.ts';

/** Each aggregate by its name in definitions. A partial only ever meets the aggregator that made it. */
export const aggregators: Record<AggregateKind, Aggregator<unknown>> = {
  count,
  sum,
  count_distinct: countDistinct,
  last,
};

/** What an aggregate asks of its field: whether it must have one, and of which types. */
export const aggregateFields: Record<
  AggregateKind,
  { readonly required: boolean; readonly types: readonly FieldType[] }
> = {
  count: { required: false, types: ['string', 'double', 'timestamp'] },
  sum: { required: true, types: ['double'] },
  count_distinct: { required: true, types: ['string', 'double'] },
  last: { required: true, types: ['string', 'double'] },
};
