import fc from 'fast-check';

/**
 * Every property runs on 200 random cases from a fixed seed, so that a run is the same everywhere. To
 * search elsewhere: `ASOF_PROPERTY_SEED=7 ASOF_PROPERTY_RUNS=20000 npx vitest run --project property`.
 */
const seed = Number(process.env.ASOF_PROPERTY_SEED ?? 2026);
export const numRuns = Number(process.env.ASOF_PROPERTY_RUNS ?? 200);

/**
 * Checks that every case holds. A failing case is shrunk and printed, with the seed and the path that
 * reproduce it.
 */
export function forAll<Case>(cases: fc.Arbitrary<Case>, holds: (one: Case) => void): void {
  fc.assert(fc.property(cases, holds), { seed, numRuns });
}

/** As {@link forAll}, for what takes a while: on `most` cases at most, unless more are asked for. */
export async function forAllSlow<Case>(
  cases: fc.Arbitrary<Case>,
  most: number,
  holds: (one: Case) => Promise<void>,
): Promise<void> {
  const asked = process.env.ASOF_PROPERTY_RUNS === undefined ? Math.min(most, numRuns) : numRuns;
  await fc.assert(fc.asyncProperty(cases, holds), { seed, numRuns: asked });
}
