import type { FeatureValue } from '../../../../domain/aggregation/aggregator.ts';
import type { WindowRow } from '../../../../domain/windows/window-row.ts';

/** The features that two tables both have, by name, each with its places among the values of their rows. */
export type SharedFeatures = ReadonlyMap<string, readonly [before: number, after: number]>;

/** The features of both lists. */
export function sharedFeatures(before: readonly string[], after: readonly string[]): SharedFeatures {
  return new Map(
    before.flatMap((name, at) => {
      const place = after.indexOf(name);
      return place < 0 ? [] : [[name, [at, place]] as const];
    }),
  );
}

/** Counts the rows of entities that differ between two tables. */
export class RowCounter {
  readonly #shared: SharedFeatures;
  readonly #changedBy = new Map<string, number>();
  before = 0;
  after = 0;
  changed = 0;
  created = 0;
  removed = 0;

  constructor(shared: SharedFeatures) {
    this.#shared = shared;
  }

  /** The rows of both tables with another value in a feature. */
  changedIn(feature: string): number {
    return this.#changedBy.get(feature) ?? 0;
  }

  /** Adds the rows of an entity. Each list has an end once. */
  add(before: readonly WindowRow[], after: readonly WindowRow[]): void {
    const byEnd = new Map(after.map((row) => [row.end, row]));
    this.before += before.length;
    this.after += after.length;
    let shared = 0;
    for (const row of before) {
      const other = byEnd.get(row.end);
      if (!other) continue;
      shared += 1;
      this.#compare(row, other);
    }
    this.removed += before.length - shared;
    this.created += after.length - shared;
  }

  #compare(before: WindowRow, after: WindowRow): void {
    let isChanged = false;
    for (const [name, [at, place]] of this.#shared) {
      if (sameValue(before.values[at]!, after.values[place]!)) continue;
      isChanged = true;
      this.#changedBy.set(name, this.changedIn(name) + 1);
    }
    if (isChanged) this.changed += 1;
  }
}

/** Whether two values are the same in the database: −0 is 0. */
function sameValue(a: FeatureValue, b: FeatureValue): boolean {
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((one, at) => one === (b as readonly number[])[at]);
  return a === b || (Number.isNaN(a) && Number.isNaN(b));
}
