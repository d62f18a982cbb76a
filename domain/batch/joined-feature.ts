import type { Aggregator } from '../aggregation/aggregator.ts';
import type { CountedValues } from '../aggregation/counted-values.ts';
import { countValue } from '../aggregation/value-counts.ts';
import type { ExpressionValue } from '../expressions/value.ts';
import type { AggregateFeature, AggregateKind } from '../registry/definition.ts';
import type { Operation } from '../registry/expression.ts';
import { type JoinedColumn, joinKeyOfEvent } from './joined-tables.ts';

/** The values of a reference row's fields, in order. Undefined: no row of that key is valid. */
export type FindRow = (reference: string, key: string) => readonly ExpressionValue[] | undefined;

type Value = Exclude<Parameters<Aggregator<unknown>['add']>[1], never>;

/** Aggregates of which the order of events decides. Tiles count the keys of joined rows, without an order. */
const IN_ORDER: readonly AggregateKind[] = ['first', 'last', 'last_k'];

/** Whether an aggregate can be of a joined column. */
export function takesJoined(aggregate: AggregateKind): boolean {
  return !IN_ORDER.includes(aggregate);
}

/** What tiles hold for an aggregate of a joined column: how often events have each key. */
export function countedKeys(feature: AggregateFeature, { table }: JoinedColumn): AggregateFeature {
  const { name, where, over } = feature;
  const limit = 'exactUpTo' in feature ? { exactUpTo: feature.exactUpTo } : {};
  const field = joinKeyOfEvent(table) as string | Operation;
  return { aggregate: 'histogram', name, field, where, over, ...limit };
}

/** The keys that were counted. */
export function keysCounted(partial: unknown): Iterable<string> {
  return (partial as CountedValues).counts.keys() as Iterable<string>;
}

/** Aggregates that take a sample of more values than they hold. */
const SAMPLING: readonly AggregateKind[] = ['histogram', 'top_k', 'most_frequent', 'diversity'];

/**
 * The aggregator of a feature of a joined column, of which a partial may be undefined: beyond the limits, keys are
 * those of a sample, of which a sum or a maximum says nothing. The value is null then.
 */
export function aggregatorOfRows(aggregator: Aggregator<unknown>): Aggregator<unknown> {
  return {
    ...aggregator,
    finish: (partial) => (partial === undefined ? null : aggregator.finish(partial)),
    isApproximate: (partial) => partial !== undefined && (aggregator.isApproximate?.(partial) ?? false),
  };
}

/** Whether the keys that were counted are enough for an aggregate over their rows. */
export function isOfEnough(aggregate: AggregateKind, counted: unknown): boolean {
  return (counted as CountedValues).sampledTo === undefined || SAMPLING.includes(aggregate);
}

/** The partial of an aggregate over the values that the rows of counted keys have in a column. */
export function partialOfRows(
  aggregator: Aggregator<unknown>,
  counted: unknown,
  { table: { reference }, place }: JoinedColumn,
  findRow: FindRow,
): unknown {
  const values = new Map<Value, number>();
  for (const [key, times] of (counted as CountedValues).counts) {
    const value = findRow(reference.name, key as string)?.[place] ?? null;
    if (value !== null) countValue(values, value, times);
  }
  let few = aggregator.empty();
  const many: unknown[] = [];
  for (const [value, times] of values) {
    if (times > MOST_ADDED) many.push(repeated(aggregator, value, times));
    else for (let time = 0; time < times; time += 1) few = aggregator.add(few, value, ANYWHERE);
  }
  return many.length === 0 ? few : aggregator.merge([few, ...many]);
}

/** So often a value is added one by one, which is faster than doubling. */
const MOST_ADDED = 64;

const ANYWHERE = { eventTs: 0n, partition: 0, offset: 0n } as const;

/** The partial of a value that comes so many times, by doubling. */
function repeated(aggregator: Aggregator<unknown>, value: Value, times: number): unknown {
  const parts: unknown[] = [];
  let power = aggregator.add(aggregator.empty(), value, ANYWHERE);
  for (let left = times; ;) {
    if (left % 2 === 1) parts.push(power);
    left = Math.floor(left / 2);
    if (left === 0) break;
    power = aggregator.merge([power, power]);
  }
  return aggregator.merge(parts);
}
