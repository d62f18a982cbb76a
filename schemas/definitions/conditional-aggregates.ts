import { conditionsOf } from '../../domain/features/filter.ts';
import type { Filter } from '../../domain/registry/definition.ts';
import type { Operation } from '../../domain/registry/expression.ts';
import { expectOptions } from '../values/options.ts';
import {
  type Aggregate,
  type AggregateOptions,
  COMMON_OPTIONS,
  type EventFilter,
  type FilteredBy,
  common,
  filterOf,
} from './aggregates.ts';
import type { TypedExpression } from './expressions/typed-expression.ts';
import { declaredHere } from './making/origin.ts';

/** What is true of an event: the name of a boolean field, values of fields, or an expression. */
export type EventCondition = string | EventFilter;

/** The fields that a condition reads, and what it needs them to be. */
type ConditionReads<Of extends EventCondition> = Of extends string
  ? readonly [Of, 'boolean']
  : Of extends EventFilter
    ? FilteredBy<Of>
    : never;

/**
 * The number of events for which a condition is true: `count` with the condition in its `where`. 0 without events.
 * @example countIf(greater('price', 100))
 */
export function countIf<const Of extends EventCondition, const Where extends EventFilter = never>(
  condition: Of,
  options: AggregateOptions<Where> = {},
): Aggregate<'count', never, ConditionReads<Of> | FilteredBy<Where>> {
  expectOptions("'count_if'", options, COMMON_OPTIONS);
  const { where, ...others } = common(options);
  const filter = conditionOf(condition);
  const both = where && { expression: all([...conditionsOf(where), ...conditionsOf(filter)]) };
  return declaredHere({ aggregate: 'count', field: null, where: both ?? filter, ...others });
}

/**
 * The events for which a condition is true, divided by all events, rounded once to a double. An event for which it
 * is null counts as one for which it is false. `where` restricts both numbers. 0 without events.
 * @example share({ event_type: 'purchase' })
 * @example share('gift', { where: { event_type: 'purchase' } })
 */
export function share<const Of extends EventCondition, const Where extends EventFilter = never>(
  condition: Of,
  options: AggregateOptions<Where> = {},
): Aggregate<'share', TypedExpression<'boolean', ConditionReads<Of>>, FilteredBy<Where>> {
  expectOptions("'share'", options, COMMON_OPTIONS);
  const field: Operation = { op: 'coalesce', of: [all(conditionsOf(conditionOf(condition))), false] };
  return declaredHere({ aggregate: 'share', field, ...common(options) });
}

function conditionOf(condition: EventCondition): Filter {
  return typeof condition === 'string' ? { [condition]: true } : filterOf(condition);
}

function all(conditions: readonly Operation[]): Operation {
  return conditions.length === 1 ? conditions[0]! : { op: 'and', of: conditions };
}
