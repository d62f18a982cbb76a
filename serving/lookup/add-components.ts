import type { FeatureValue } from '../../domain/aggregation/aggregator.ts';
import type { ModelInput } from '../../domain/training/feature-specification.ts';

/** Gives each component of vectors a value of its own, as models and request features read it. */
export function addComponents(inputs: readonly ModelInput[], values: Record<string, FeatureValue>): void {
  const taken = new Map<string, number>();
  for (const { name, vector } of inputs) {
    if (vector === undefined) continue;
    const index = taken.get(vector) ?? 0;
    taken.set(vector, index + 1);
    const components = values[vector] as readonly number[] | null;
    values[name] = components?.[index] ?? null;
  }
}
