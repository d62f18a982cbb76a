import type { Filter } from '../registry/definition.ts';
import type { Operation } from '../registry/expression.ts';

/** Whether a filter is an expression, and not its short form, which names values of fields. */
export function isExpressionFilter(filter: Filter): filter is { readonly expression: Operation } {
  return typeof filter.expression === 'object';
}

/** The conditions that an event must meet, all of them. */
export function conditionsOf(filter: Filter | null): readonly Operation[] {
  if (filter === null) return [];
  if (isExpressionFilter(filter)) return [filter.expression];
  return Object.entries(filter).map(([field, value]) => ({ op: 'equals', field, value }));
}
