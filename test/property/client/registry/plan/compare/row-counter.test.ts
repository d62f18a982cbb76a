import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RowCounter, sharedFeatures } from '../../../../../../client/registry/plan/compare/row-counter.ts';
import type { FeatureValue } from '../../../../../../domain/aggregation/aggregator.ts';
import { forAll } from '../../../../support/for-all.ts';

const NAMES = ['a', 'b', 'c', 'd'];

const value: fc.Arbitrary<FeatureValue> = fc.oneof(
  fc.constantFrom(null, 0, -0, 1, 2, 'x', true),
  fc.array(fc.constantFrom(0, 1), { maxLength: 2 }),
);

/** A table, and the rows of some entities: values by feature. */
const side = fc.uniqueArray(fc.constantFrom(...NAMES), { minLength: 1 }).chain((features) =>
  fc.record({
    features: fc.constant(features),
    entities: fc.array(
      fc.uniqueArray(
        fc.record({ end: fc.integer({ min: 0, max: 4 }), values: fc.tuple(...features.map(() => value)) }),
        { selector: ({ end }) => end, maxLength: 5 },
      ),
      { minLength: 3, maxLength: 3 },
    ),
  }),
);

test('rows that differ are counted as a comparison of each with each counts them', () => {
  forAll(fc.tuple(side, side), ([before, after]) => {
    const counter = new RowCounter(sharedFeatures(before.features, after.features));
    const expected = { changed: 0, created: 0, removed: 0, by: new Map<string, number>() };
    for (const [entity, rows] of before.entities.entries()) {
      const others = after.entities[entity]!;
      counter.add(rows.map(row), others.map(row));
      expected.removed += rows.filter(({ end }) => !others.some((other) => other.end === end)).length;
      expected.created += others.filter(({ end }) => !rows.some((other) => other.end === end)).length;
      for (const one of rows)
        for (const other of others) {
          if (one.end !== other.end) continue;
          const differing = NAMES.filter((name) => {
            const [at, place] = [before.features.indexOf(name), after.features.indexOf(name)];
            // JSON has no −0.
            return (
              at >= 0 && place >= 0 && JSON.stringify(one.values[at]) !== JSON.stringify(other.values[place])
            );
          });
          if (differing.length > 0) expected.changed += 1;
          for (const name of differing) expected.by.set(name, (expected.by.get(name) ?? 0) + 1);
        }
    }
    const { changed, created, removed } = counter;
    expect({ changed, created, removed }).toEqual({
      changed: expected.changed,
      created: expected.created,
      removed: expected.removed,
    });
    for (const name of NAMES) expect(counter.changedIn(name)).toBe(expected.by.get(name) ?? 0);
  });
});

function row({ end, values }: { readonly end: number; readonly values: readonly FeatureValue[] }) {
  return { key: ['u'], end: BigInt(end), values, approximate: [] };
}
