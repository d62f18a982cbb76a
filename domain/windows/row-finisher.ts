import type { Aggregator, FeatureValue } from '../aggregation/aggregator.ts';
import { compileExpression } from '../expressions/compile-expression.ts';
import { namesIn } from '../expressions/operands.ts';
import type { ExpressionValue } from '../expressions/value.ts';
import { derivationOrder } from '../features/derivation-order.ts';
import type { FeatureDefinition } from '../registry/definition.ts';
import type { Instant } from '../time/instant.ts';

/** The features of a row. */
export interface FinishedRow {
  /** The values, in the order of the definition. */
  readonly values: readonly FeatureValue[];
  /**
   * The features that are approximate because a partial has reached a limit, and those that are derived of
   * them, in the same order.
   */
  readonly approximate: readonly string[];
}

/** An aggregate feature, with the place of its partial among those of the spans. */
export interface FinishedFeature {
  readonly name: string;
  readonly aggregator: Aggregator<unknown>;
  readonly span: number;
  readonly aggregation: number;
}

/** What derived features read beside features. */
export interface Given {
  readonly values: readonly ExpressionValue[];
  /** The moment that the row is about. Null: no feature reads it. */
  readonly moment: Instant | null;
}

const NONE: readonly string[] = [];
const NOTHING: Given = { values: [], moment: null };

/**
 * Compiles the function that makes a row of the partials of its spans, and of what is given beside them.
 *
 * @param names what derived features may name beside features, in the order in which it is given.
 */
export function rowFinisher(
  features: readonly FeatureDefinition[],
  finished: readonly FinishedFeature[],
  names: readonly string[] = [],
): (partials: readonly (readonly unknown[])[], given?: Given) => FinishedRow {
  const places = new Map([...features.map(({ name }) => name), ...names].map((name, place) => [name, place]));
  const aggregated = finished.map((feature) => ({ ...feature, place: places.get(feature.name)! }));
  const limited = finished.filter(({ aggregator }) => 'isApproximate' in aggregator);
  const { order } = derivationOrder(features);
  const derived = order.map(({ name, expression }) => ({
    place: places.get(name)!,
    evaluate: compileExpression(
      expression,
      (named) => {
        const place = places.get(named)!;
        return ({ values }: Given) => values[place]!;
      },
      ({ moment }) => moment,
    ),
  }));
  const withDerived = (approximate: readonly FinishedFeature[]): readonly string[] => {
    const approximated = new Set(approximate.map(({ name }) => name));
    for (const { name, expression } of order)
      if (namesIn(expression).some((operand) => approximated.has(operand))) approximated.add(name);
    return [...places.keys()].filter((name) => approximated.has(name));
  };
  return (partials, given = NOTHING) => {
    const values: ExpressionValue[] = features.map(() => null);
    values.push(...given.values);
    const row = { values, moment: given.moment };
    for (const { place, aggregator, span, aggregation } of aggregated) {
      values[place] = finite(aggregator.finish(partials[span]![aggregation]));
    }
    for (const { place, evaluate } of derived) {
      values[place] = evaluate(row);
    }
    values.length = features.length;
    const approximate = limited.filter(({ aggregator, span, aggregation }) =>
      aggregator.isApproximate!(partials[span]![aggregation]),
    );
    return {
      values: values as FeatureValue[], // no feature is a time or a list
      approximate: approximate.length === 0 ? NONE : withDerived(approximate),
    };
  };
}

/** A number that is too large for a double is null, such as a sum of expressions that are nearly that large. */
function finite(value: FeatureValue): FeatureValue {
  return typeof value === 'number' && !Number.isFinite(value) ? null : value;
}
