import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MOST_REFUSED, findRefused } from '../../../../domain/stream/find-refused.ts';
import { forAllSlow, numRuns } from '../../support/for-all.ts';

/** A store that refuses some events wherever they are, and some pairs of events together. */
const cases = fc.integer({ min: 2, max: 200 }).chain((count) => {
  const event = fc.nat({ max: count - 1 });
  return fc.record({
    count: fc.constant(count),
    bad: fc.oneof(
      fc.uniqueArray(event, { maxLength: 8 }),
      fc.uniqueArray(event, { maxLength: 60, size: 'max' }),
    ),
    pairs: fc.array(fc.tuple(event, event), { maxLength: 3 }),
    /** After so many trials there is no time for another. */
    patience: fc.oneof(fc.constant(Infinity), fc.integer({ min: 1, max: 40 })),
  });
});

test('the refused events are those that a store refuses one after the other, unless they are many or time is up', async () => {
  const found = { some: 0, many: 0, late: 0 };
  await forAllSlow(cases, numRuns, async ({ count, bad, pairs, patience }) => {
    const whyNot = (events: ReadonlySet<number>): string | undefined => {
      const alone = bad.find((event) => events.has(event));
      if (alone !== undefined) return 'bad';
      return pairs.some(([a, b]) => a !== b && events.has(a) && events.has(b)) ? 'together' : undefined;
    };
    const all = Array.from({ length: count }, (_, event) => event);
    fc.pre(whyNot(new Set(all)) !== undefined);
    let trials = 0;
    const refused = await findRefused(all, {
      refusalOf(events) {
        trials += 1;
        expect(trials).toBeLessThanOrEqual(patience);
        return Promise.resolve(whyNot(events));
      },
      mayGoOn: () => trials < patience,
    });

    const kept = new Set<number>();
    const expected = new Map<number, string>();
    for (const event of all) {
      const why = whyNot(new Set([...kept, event]));
      if (why === undefined) kept.add(event);
      else expected.set(event, why);
    }
    if (expected.size > MOST_REFUSED) {
      expect(refused).toBeUndefined();
      found.many += 1;
    } else if (refused === undefined) {
      expect(trials).toBe(patience);
      found.late += 1;
    } else {
      expect(refused).toEqual(expected);
      found.some += 1;
    }
    expect(trials).toBeLessThanOrEqual(2 * (MOST_REFUSED + 1) * (Math.ceil(Math.log2(count)) + 1));
  });
  for (const [what, times] of Object.entries(found)) expect(times, what).toBeGreaterThan(numRuns / 20);
});

test('an answer after which the search may not go on ends it', async () => {
  const answers = ['bad', undefined, 'short of memory'];
  const refused = await findRefused([0, 1, 2, 3], {
    refusalOf: () => Promise.resolve(answers.shift()),
    mayGoOn: (answer) => answer !== 'short of memory',
  });
  expect(refused).toBeUndefined();
  expect(answers).toEqual([]);
});
