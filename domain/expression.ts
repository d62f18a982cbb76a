import type { FeatureValue } from './aggregation/aggregator.ts';
import {
  isAggregate,
  type DerivedFeature,
  type Expression,
  type FeatureDefinition,
  type Operator,
} from './definition.ts';

/** The features that an expression names. */
export function featuresIn(expression: Expression): string[] {
  if (typeof expression === 'number') return [];
  return typeof expression === 'string' ? [expression] : expression.of.flatMap(featuresIn);
}

/**
 * The derived features, each after those that it names. `circle` holds what cannot be put in order: features that
 * name each other in a circle, and what is made of them.
 */
export function derivationOrder(features: readonly FeatureDefinition[]): {
  readonly order: readonly DerivedFeature[];
  readonly circle: readonly DerivedFeature[];
} {
  const order: DerivedFeature[] = [];
  let waiting = features.filter((feature): feature is DerivedFeature => !isAggregate(feature));
  for (;;) {
    const isReady = ({ expression }: DerivedFeature) =>
      !featuresIn(expression).some((named) => waiting.some(({ name }) => name === named));
    const ready = waiting.filter(isReady);
    if (ready.length === 0) return { order, circle: waiting };
    order.push(...ready);
    waiting = waiting.filter((feature) => !ready.includes(feature));
  }
}

/**
 * An expression over the features of a row. Null operands make it null, except in `coalesce`; a division by zero is 0;
 * a result that is no finite number is null.
 */
export function evaluate(expression: Expression, row: ReadonlyMap<string, FeatureValue>): number | null {
  if (typeof expression === 'number') return expression;
  if (typeof expression === 'string') return row.get(expression) as number | null;
  const operands = expression.of.map((operand) => evaluate(operand, row));
  if (expression.op === 'coalesce') return operands.find((operand) => operand !== null) ?? null;
  if (operands.some((operand) => operand === null)) return null;
  const result = (operands as number[]).reduce(operations[expression.op]);
  return Number.isFinite(result) ? result + 0 : null; // −0 is 0
}

const operations: Record<Exclude<Operator, 'coalesce'>, (a: number, b: number) => number> = {
  add: (a, b) => a + b,
  subtract: (a, b) => a - b,
  multiply: (a, b) => a * b,
  divide: (a, b) => (b === 0 ? 0 : a / b),
};
