import { AsofError } from '../errors/asof-error.ts';
import type { LookupCounts } from './manifest.ts';

/** What a lookup found, and the keys that it looked up. */
export interface KeyedLookup extends LookupCounts {
  /** The columns of the spine that hold the keys. */
  readonly lookupKeys: readonly string[];
  /** The number of different keys of the spine in these columns. */
  readonly wanted: number;
}

/** The keys that a spine looks up in some tables, beside those that these have: counts, and no key itself. */
export interface KeyComparison {
  /** How many different keys of the spine one of the tables has, as of any time. */
  readonly known: number;
  /** How many of them each of the tables has, in the order of the lookups. */
  readonly each: readonly number[];
}

/** How like those of the spine the keys of a table are: counts, and no key itself. */
export interface KeyLikeness {
  /** The number of keys in a sample of the table. */
  readonly sampled: number;
  /** How many of these are keys of the spine, but for blanks, case, leading zeros and decimal points. */
  readonly alike: number;
}

/**
 * What is asked of the keys of a spine, each time for the lookups at some indexes, which have the same
 * `lookupKeys`.
 */
export interface SpineKeys {
  /** How many different keys none of the lookups found a row for. So many at most are in no table. */
  readonly countUnmatched: (indexes: readonly number[]) => Promise<number>;
  /** Looks each key up in the tables. */
  readonly compare: (indexes: readonly number[]) => Promise<KeyComparison>;
  /** Samples each table. */
  readonly liken: (indexes: readonly number[]) => Promise<readonly KeyLikeness[]>;
}

/** The share of the spine's different keys from which on a build fails, if they are in no table. */
const MOST_MISSING = 0.99;

/**
 * Refuses a spine whose keys are in none of the tables that are looked up by them, since a model would be
 * trained on defaults; and one of which no lookup finds a row. A lookup that finds few rows for another reason
 * (a lookback, rows that are not yet visible) is said.
 *
 * @param share the share of missing keys from which on the spine is refused. Undefined: 0.99.
 * @param keys the tables are asked only where many keys may be missing, or few rows are found.
 * @returns what to say of lookups that find few rows.
 * @throws AsofError `ASOF_NOTHING_FOUND`.
 */
export async function refuseMissingRows(
  lookups: readonly KeyedLookup[],
  share: number | undefined,
  keys: SpineKeys,
): Promise<string[]> {
  const most = share ?? MOST_MISSING;
  const notes: string[] = [];
  for (const indexes of groupsByKeys(lookups)) {
    const group = indexes.map((index) => lookups[index]!);
    const { wanted } = group[0]!;
    const areMissing = (count: number): boolean => count / wanted >= most;
    // A missing key has a row without a match in each of the lookups.
    const mayBeMissing =
      areMissing(Math.min(...group.map(({ notFound }) => notFound))) &&
      areMissing(await keys.countUnmatched(indexes));
    if (!mayBeMissing && !group.some(findsFew)) continue;
    const compared = await keys.compare(indexes);
    if (areMissing(wanted - compared.known)) throw keysMissing(group, compared, await keys.liken(indexes));
    for (const [at, lookup] of group.entries())
      if (findsFew(lookup)) notes.push(fewRows(lookup, compared.each[at]!));
  }
  if (lookups.every(({ found }) => found === 0)) throw nothingVisible(lookups);
  return notes;
}

/** The indexes of the lookups that look the same keys up. */
function groupsByKeys(lookups: readonly KeyedLookup[]): number[][] {
  const groups = new Map<string, number[]>();
  for (const [index, { lookupKeys }] of lookups.entries()) {
    const name = JSON.stringify(lookupKeys);
    groups.set(name, [...(groups.get(name) ?? []), index]);
  }
  return [...groups.values()];
}

/** For less than 1 % of the rows. */
function findsFew({ found, notFound }: LookupCounts): boolean {
  return found * 100 < found + notFound;
}

function keysMissing(
  group: readonly KeyedLookup[],
  { known }: KeyComparison,
  likeness: readonly KeyLikeness[],
): AsofError {
  const { wanted, lookupKeys } = group[0]!;
  const each = group.map(({ table }, at) => `'${table}': ${describeKeys(likeness[at]!)}`).join('; ');
  return nothingFound(
    `${wanted - known} of the spine's ${wanted} different keys in ${lookupKeys.join(', ')} are in no table that is looked up ` +
      `by them, at any time (${each})`,
    { keys: lookupKeys, tables: group.map(({ table }) => table), wanted, known },
  );
}

function describeKeys({ sampled, alike }: KeyLikeness): string {
  if (sampled === 0) return 'it has no rows yet';
  if (alike === 0) return 'it has others; do both name the same things by the same ids?';
  return `${alike} of ${sampled} of its keys are alike; they differ in blanks, case, leading zeros or a decimal point`;
}

function fewRows({ table, found, notFound, wanted }: KeyedLookup, known: number): string {
  const why =
    known === 0
      ? 'none of the keys of the spine is in it'
      : `${known} of ${wanted} different keys are in it; the others' rows are missing, older than the lookback or not yet visible`;
  return `the look-up in '${table}' finds a row for ${found} of ${found + notFound} rows: ${why}`;
}

function nothingVisible(lookups: readonly KeyedLookup[]): AsofError {
  return nothingFound(
    'keys of the spine are in the tables, but none has a row that is visible as of its observation timestamp; compute ' +
      'the tables for the time before them (batch run, backfill), or correct the timestamps',
    { tables: lookups.map(({ table }) => table) },
  );
}

function nothingFound(why: string, details: Record<string, unknown>): AsofError {
  return new AsofError(
    'ASOF_NOTHING_FOUND',
    `${why}. Nothing was built. Correct that, or allow it with --allow-missing (allowMissing in a program or a workflow)`,
    { details },
  );
}
