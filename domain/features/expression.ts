import type { FeatureValue } from '../aggregation/aggregator.ts';
import {
  type DerivedFeature,
  type Expression,
  type FeatureDefinition,
  type Operator,
  isAggregate,
} from '../registry/definition.ts';

/** The names of the features that an expression uses. */
export function featuresIn(expression: Expression): string[] {
  if (typeof expression === 'number') return [];
  return typeof expression === 'string' ? [expression] : expression.of.flatMap(featuresIn);
}

/**
 * The derived features, each after the features that it uses. `circle` holds the features that have no such
 * order: those that use each other in a circle, and those that use one of these.
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

/** Evaluates an expression over the features of a row. */
export type Evaluation = (row: readonly FeatureValue[]) => number | null;

/**
 * Compiles an expression over the features of a row. `places` gives the index of each feature in the row. A
 * null operand makes the result null, except in `coalesce`. A division by zero is 0. A result that is not a
 * finite number is null.
 */
export function compileExpression(expression: Expression, places: ReadonlyMap<string, number>): Evaluation {
  if (typeof expression === 'number') return () => expression;
  if (typeof expression === 'string') {
    const place = places.get(expression)!;
    return (row) => row[place] as number | null;
  }
  const operands = expression.of.map((operand) => compileExpression(operand, places));
  if (expression.op === 'coalesce') return (row) => firstValue(operands, row);
  const operation = operations[expression.op];
  return (row) => {
    let result = operands[0]!(row);
    for (let index = 1; index < operands.length; index += 1) {
      const operand = operands[index]!(row);
      result = result === null || operand === null ? null : operation(result, operand);
    }
    return result !== null && Number.isFinite(result) ? result + 0 : null; // −0 becomes 0
  };
}

function firstValue(operands: readonly Evaluation[], row: readonly FeatureValue[]): number | null {
  for (const operand of operands) {
    const value = operand(row);
    if (value !== null) return value;
  }
  return null;
}

const operations: Record<Exclude<Operator, 'coalesce'>, (a: number, b: number) => number> = {
  add: (a, b) => a + b,
  subtract: (a, b) => a - b,
  multiply: (a, b) => a * b,
  divide: (a, b) => (b === 0 ? 0 : a / b),
};
