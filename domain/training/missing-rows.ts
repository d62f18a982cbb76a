import { AsofError } from '../errors/asof-error.ts';
import type { LookupCounts } from './manifest.ts';

/** The keys that a spine looks up, beside those of the feature table: counts, and no key itself. */
export interface KeyComparison {
  /** The number of different keys of the spine. */
  readonly wanted: number;
  /** How many of them the table has, as of any time. */
  readonly known: number;
  /** The number of keys in a sample of the table. */
  readonly sampled: number;
  /** How many of these are keys of the spine, if case and the blanks around a key are left out of account. */
  readonly alike: number;
}

/**
 * Refuses lookups that find nothing or nearly nothing, since a model would be trained on defaults. An idle
 * user may have no row within a lookback, so a lookup is refused only if nearly none of the spine's keys is
 * in its table, or if all lookups together find no row.
 *
 * @param compare compares the keys for the lookup at an index.
 * @throws AsofError `ASOF_NOTHING_FOUND`.
 */
export async function refuseMissingRows(
  lookups: readonly LookupCounts[],
  compare: (index: number) => Promise<KeyComparison>,
): Promise<void> {
  const foundNothing = lookups.every(({ found }) => found === 0);
  for (const [index, lookup] of lookups.entries()) {
    const { found, notFound } = lookup;
    if (!isNearlyNone(found, found + notFound)) continue;
    const keys = await compare(index);
    if (isNearlyNone(keys.known, keys.wanted)) throw nothingFound(lookup, unknownKeys(keys));
    if (foundNothing) throw nothingFound(lookup, invisible(keys));
  }
}

/** Less than 1 %. */
function isNearlyNone(part: number, whole: number): boolean {
  return part * 100 < whole;
}

function nothingFound({ table, found, notFound }: LookupCounts, why: string): AsofError {
  return new AsofError(
    'ASOF_NOTHING_FOUND',
    `the look-up in '${table}' finds a row for ${found} of ${found + notFound} rows of the spine: ${why}. ` +
      'Nothing was built. Correct that, or allow it with --allow-missing (allowMissing in a program or a workflow)',
    { details: { table, found, notFound } },
  );
}

function unknownKeys({ wanted, known, sampled, alike }: KeyComparison): string {
  if (sampled === 0) return 'the table has no rows yet';
  const counts = `${known} of the spine's ${wanted} keys are in the table`;
  if (alike === 0) return `${counts}, which has others; do both name the same things by the same ids?`;
  return `${counts}, but ${alike} of ${sampled} keys of the table are alike: they differ in blanks or in case`;
}

function invisible({ wanted, known }: KeyComparison): string {
  return (
    `${known} of the spine's ${wanted} keys are in the table, but none has a row that is visible as of its observation ` +
    'timestamp; compute the table for the time before them (batch run, backfill), or correct the timestamps'
  );
}
