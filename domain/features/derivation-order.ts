import { namesIn } from '../expressions/operands.ts';
import { type DerivedFeature, type FeatureDefinition, isAggregate } from '../registry/definition.ts';

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
      !namesIn(expression).some((named) => waiting.some(({ name }) => name === named));
    const ready = waiting.filter(isReady);
    if (ready.length === 0) return { order, circle: waiting };
    order.push(...ready);
    waiting = waiting.filter((feature) => !ready.includes(feature));
  }
}
