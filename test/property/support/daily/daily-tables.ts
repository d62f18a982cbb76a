import fc from 'fast-check';
import {
  batchTable,
  collectSet,
  count,
  countDistinct,
  diversity,
  histogram,
  max,
  mean,
  mostFrequent,
  optional,
  quantile,
  referenceTable,
  required,
  sum,
  topK,
  variance,
} from 'asof';
import { DefinitionSet } from '../../../../domain/registry/definition-set.ts';
import type { FeatureDefinition, TiledBatchTable } from '../../../../domain/registry/definition.ts';
import { isAggregate } from '../../../../domain/registry/definition.ts';
import { userEvents } from '../../../../examples/churn/definitions/user-events.ts';
import { batchTableProblems } from '../../../../schemas/definitions/checks/batch-table.ts';
import type { OracleDaily } from '../../../oracle/features/daily.ts';
import { everyAggregate } from '../every-aggregate.ts';
import { randomExpressions } from '../random-expressions.ts';

/** A reference table that rows of a batch table on `user-events` join, and one that its events join. */
export const shoppers = referenceTable({
  name: 'shoppers',
  primaryKeys: ['user_id'],
  fields: {
    user_id: required('string'),
    since: optional('timestamp'),
    tier: optional('string'),
    age: optional('double'),
  },
});
export const wares = referenceTable({
  name: 'wares',
  primaryKeys: ['product_id'],
  fields: {
    product_id: required('string'),
    category: optional('string'),
    weight: optional('double'),
  },
});

const views = { where: { event_type: 'view' } };

/** Aggregates of columns that events join. */
const joined = {
  categories: count(),
  usual_category: mostFrequent('wares.category'),
  category_diversity: diversity('wares.category', views),
  category_count: countDistinct('wares.category'),
  category_set: collectSet('wares.category', { bound: 2 }),
  top_categories: topK('wares.category', { k: 2 }),
  by_category: histogram('wares.category', views),
  weight: sum('wares.weight'),
  mean_weight: mean('wares.weight', views),
  weight_variance: variance('wares.weight'),
  greatest_weight: max('wares.weight'),
  median_weight: quantile('wares.weight', { quantile: 0.5 }),
};

/** Every aggregate, without the length that it is over. */
const aggregates: readonly FeatureDefinition[] = [
  ...everyAggregate.features.filter(isAggregate),
  ...Object.entries(joined).map(([name, spec]) => ({ ...spec, name }) as FeatureDefinition),
];

const lengths = fc.oneof(
  fc.constant('lifetime'),
  fc.integer({ min: 1, max: 70 }).map((days) => `${days} days`),
);

const { number, text, boolean } = randomExpressions({
  number: ['n_0', 'n_1', 'shoppers.age'],
  text: ['shoppers.tier', 't_0'],
  boolean: [],
  time: ['shoppers.since'],
  moment: true,
});

/** What random expressions read. */
const operands = {
  n_0: sum('revenue', { over: '3 days' }),
  n_1: count({ over: 'lifetime' }),
  t_0: mostFrequent('wares.category', { over: '20 days' }),
};

/** Random batch tables on `user-events`: of every aggregate over random days, and of random expressions. */
export const dailyTables: fc.Arbitrary<TiledBatchTable> = fc
  .record({
    picked: fc.uniqueArray(fc.tuple(fc.nat(aggregates.length - 1), lengths), {
      selector: ([index, over]) => `${index} ${over}`,
      minLength: 1,
      maxLength: 6,
    }),
    derived: fc.array(fc.oneof(number, text, boolean), { maxLength: 2 }),
    reads: fc.oneof(fc.constant('everything'), fc.constant('70 days')),
  })
  .map(({ picked, derived, reads }) => {
    const isAll = reads === 'everything';
    const within = (over: string) => (over === 'lifetime' && !isAll ? '70 days' : over);
    const features = [
      ...picked.map(([index, over], place) => [`f_${place}`, { ...aggregates[index]!, over: within(over) }]),
      ...derived.map((expression, place) => [`d_${place}`, { expression }]),
    ];
    const intermediate = Object.entries(operands).map(([name, spec]) => [
      name,
      { ...spec, over: within(spec.over!) },
    ]);
    const options = {
      name: 'daily',
      source: userEvents,
      references: [shoppers, wares],
      schedule: '0 0 * * *',
      reads,
      intermediate: Object.fromEntries(intermediate) as object,
      features: Object.fromEntries(features.map(([name, spec]) => [name, unnamed(spec as object)])) as object,
    };
    // The types of what is drawn are not known to the compiler.
    return batchTable(options as never).definition as TiledBatchTable;
  })
  .filter(isFit);

/** Some random expressions are refused, such as a clip whose least value is above the greatest. */
function isFit(table: TiledBatchTable): boolean {
  const among = new DefinitionSet([userEvents.definition, shoppers.definition, wares.definition, table]);
  return batchTableProblems(table, among).length === 0;
}

function unnamed({ name: _, ...spec }: { readonly name?: string }): object {
  return spec;
}

/** A table in the oracle's form. */
export function dailyForOracle({ features, intermediate, lookBack }: TiledBatchTable): OracleDaily {
  return {
    features: features,
    intermediate: intermediate,
    reads: lookBack === undefined ? undefined : Number.parseInt(lookBack, 10),
  };
}
