import type { FeatureValue } from '../../domain/aggregation/aggregator.ts';
import type { OnlineRow } from '../../domain/online/online-row.ts';
import type { Instant } from '../../domain/time/instant.ts';
import type { EntityKey } from '../../domain/windows/stream-table.ts';
import { entityId } from '../../domain/windows/tile.ts';

/** A row of a feature table, with its features in the order of the table. */
export interface TableRow {
  readonly key: EntityKey;
  readonly featureTs: Instant;
  readonly values: readonly FeatureValue[];
  /** The features that are approximate. */
  readonly approximate: readonly string[];
}

/** A version of a row. Sequences are those of writes. */
export interface SimulatedVersion extends TableRow {
  readonly written: bigint;
  /** The write that superseded it, or removed the row. Null: it is current. */
  readonly superseded: bigint | null;
}

interface RowsOfKey {
  /** The moments of its rows, ascending. */
  readonly moments: Instant[];
  /** By moment: the versions, the newest last. */
  readonly versions: Map<Instant, SimulatedVersion[]>;
}

/** The rows of a feature table, with all of their versions. A row that is equal to the current one is no new version. */
export class RowStore {
  readonly #keys = new Map<string, RowsOfKey>();

  /** Returns whether the row is new, or another than before. */
  write({ key, featureTs, values, approximate }: TableRow, sequence: bigint): boolean {
    const { moments, versions } = this.#rowsOf(entityId(key));
    const ofRow = versions.get(featureTs);
    if (!ofRow) {
      moments.splice(placeIn(moments, featureTs), 0, featureTs);
      versions.set(featureTs, [{ key, featureTs, values, approximate, written: sequence, superseded: null }]);
      return true;
    }
    const current = ofRow.at(-1)!;
    if (current.superseded === null) {
      if (areEqual(current.values, values) && areEqual(current.approximate, approximate)) return false;
      supersede(ofRow, sequence);
    }
    ofRow.push({ key, featureTs, values, approximate, written: sequence, superseded: null });
    return true;
  }

  remove(key: EntityKey, featureTs: Instant, sequence: bigint): void {
    const ofRow = this.#keys.get(entityId(key))?.versions.get(featureTs);
    if (ofRow?.at(-1)?.superseded === null) supersede(ofRow, sequence);
  }

  /** All versions, in no order. */
  *all(): Generator<SimulatedVersion> {
    for (const { versions } of this.#keys.values()) for (const ofRow of versions.values()) yield* ofRow;
  }

  /** All rows, in no order. */
  *current(): Generator<SimulatedVersion> {
    for (const version of this.all()) if (version.superseded === null) yield version;
  }

  /** The rows of a key as they were after the writes up to a sequence, newest first. */
  newestFirst(key: EntityKey, through: bigint): OnlineRow[] {
    const rows = this.#keys.get(entityId(key));
    return (rows?.moments ?? []).toReversed().flatMap((moment) => {
      const version = rows!.versions
        .get(moment)!
        .find(
          ({ written, superseded }) => written <= through && (superseded === null || superseded > through),
        );
      return version ? [{ featureTs: moment, version: String(version.written), values: version.values }] : [];
    });
  }

  /** The keys that have a row, or had one. */
  *keys(): Generator<EntityKey> {
    for (const { moments, versions } of this.#keys.values()) yield versions.get(moments[0]!)![0]!.key;
  }

  #rowsOf(id: string): RowsOfKey {
    let rows = this.#keys.get(id);
    if (!rows) this.#keys.set(id, (rows = { moments: [], versions: new Map() }));
    return rows;
  }
}

function supersede(ofRow: SimulatedVersion[], sequence: bigint): void {
  ofRow[ofRow.length - 1] = { ...ofRow.at(-1)!, superseded: sequence };
}

/** Where a moment belongs among ascending ones. Most rows are written in the order of their moments. */
function placeIn(moments: readonly Instant[], moment: Instant): number {
  let place = moments.length;
  while (place > 0 && moments[place - 1]! > moment) place -= 1;
  return place;
}

/** Vectors are equal if their components are. */
function areEqual(some: readonly unknown[], others: readonly unknown[]): boolean {
  return (
    some.length === others.length &&
    some.every((value, index) => {
      const other = others[index];
      return Array.isArray(value) && Array.isArray(other) ? areEqual(value, other) : value === other;
    })
  );
}
