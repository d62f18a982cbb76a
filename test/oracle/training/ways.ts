import { type LookupRules, type StoredRow, type Value, lookUp } from '../training-set.ts';

/** A committed write of one row: its values, or that it is removed. */
export interface RowChange {
  readonly sequence: bigint;
  readonly knownAt: bigint;
  readonly key: readonly string[];
  readonly feature_ts: bigint;
  readonly values: readonly Value[] | null;
  readonly isHistory: boolean;
  /** The earliest Kafka timestamp of the write's records; null: there are none. */
  readonly earliestRecord: bigint | null;
}

/** A sync that made everything up to a sequence readable at once. */
export interface TableSync {
  readonly sequence: bigint;
  readonly publishedAt: bigint;
}

/** What happened, in order, up to a knowledge cut. */
export interface TableStory {
  readonly changes: readonly RowChange[];
  readonly syncs: readonly TableSync[];
}

type Way = 'latest' | 'as-known' | 'as-served';

/** What a lookup gives in a way: the rows that the way sees as of the moment, and the naive look-up in them. */
export function lookUpAs(
  way: Way,
  story: TableStory,
  rules: LookupRules,
  { key, moment }: { readonly key: readonly string[]; readonly moment: bigint },
): { found: boolean; values: readonly Value[] } {
  return lookUp(rowsSeen(way, story, rules, moment), rules, key, moment);
}

function rowsSeen(way: Way, { changes, syncs }: TableStory, rules: LookupRules, moment: bigint): StoredRow[] {
  if (way === 'latest') return rowsAfter(changes);
  if (way === 'as-served') {
    const published = syncs.filter(({ publishedAt }) => publishedAt <= moment).at(-1);
    return rowsAfter(changes.filter(({ sequence }) => published && sequence <= published.sequence));
  }
  const known = changes.filter(({ knownAt }) => knownAt <= moment);
  const unknownRows = changes.filter(
    (change) => isFirst(change, changes) && change.knownAt > moment && isAssumed(change, rules),
  );
  return rowsAfter([...known, ...unknownRows]);
}

/** The first version of a row is assumed to have been known when it became visible, if it could not be known then. */
function isAssumed(
  { feature_ts, isHistory, earliestRecord }: RowChange,
  { availableAfter }: LookupRules,
): boolean {
  return isHistory || (earliestRecord !== null && earliestRecord > feature_ts + availableAfter);
}

function isFirst(change: RowChange, changes: readonly RowChange[]): boolean {
  return changes.find((other) => rowOf(other) === rowOf(change)) === change;
}

/** The rows that are there after all of the changes. */
function rowsAfter(changes: readonly RowChange[]): StoredRow[] {
  const rows = new Map<string, StoredRow>();
  for (const change of changes) {
    const { key, feature_ts, values } = change;
    if (values === null) rows.delete(rowOf(change));
    else rows.set(rowOf(change), { key, feature_ts, values });
  }
  return [...rows.values()];
}

function rowOf({ key, feature_ts }: RowChange): string {
  return [...key, feature_ts].join('\0');
}
