import type { StreamTableDefinition } from '../../../../domain/registry/definition.ts';
import { stabilityIndex } from '../../../../domain/training/stability-index.ts';
import type { FeatureComparison } from './comparison.ts';
import type { RowCounter } from './row-counter.ts';
import type { RowSides } from './row-sides.ts';

/**
 * The features that differ in some row, that are new or that go away, with what they are like before and after. Where
 * only one of the tables has some of the rows, all features count.
 */
export async function compareFeatures(
  counter: RowCounter,
  sides: RowSides,
  {
    before,
    after,
    folder,
  }: {
    readonly before: StreamTableDefinition;
    readonly after: StreamTableDefinition;
    readonly folder: string;
  },
): Promise<FeatureComparison[]> {
  const [was, is] = [namesOf(before), namesOf(after)];
  const hasOtherRows = counter.created + counter.removed > 0;
  const differing = [...new Set([...was, ...is])].filter(
    (name) => hasOtherRows || counter.changedIn(name) > 0 || !was.includes(name) || !is.includes(name),
  );
  const measured = await sides.measure(folder, new Set(differing));
  return differing.map((feature) => {
    const [one, other] = [measured.before.get(feature) ?? null, measured.after.get(feature) ?? null];
    const psi = one && other ? stabilityIndex(one, other) : null;
    return { feature, changed: counter.changedIn(feature), before: one, after: other, psi };
  });
}

function namesOf({ features }: StreamTableDefinition): string[] {
  return features.map(({ name }) => name);
}
