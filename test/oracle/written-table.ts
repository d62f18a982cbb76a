/** The naive oracle of a table that users write: it remembers every write. */

export type Cell = string | number | null;

export interface GivenOracleRow {
  readonly key: string;
  /** The moment of the row, as text. */
  readonly at: string;
  readonly values: readonly Cell[];
}

export interface OracleVersion extends GivenOracleRow {
  /** The number of the write that made it, from 1. */
  readonly made: number;
  /** The number of the write that superseded it. Null: it is the current one. */
  readonly superseded: number | null;
}

/** Every version of every row, after all writes in their order. */
export function versionsAfter(writes: readonly (readonly GivenOracleRow[])[]): OracleVersion[] {
  const versions: OracleVersion[] = [];
  writes.forEach((rows, index) => {
    for (const row of rows) {
      const before = versions.findIndex(
        ({ key, at, superseded }) => key === row.key && at === row.at && superseded === null,
      );
      if (before >= 0 && JSON.stringify(versions[before]!.values) === JSON.stringify(row.values)) continue;
      if (before >= 0) versions[before] = { ...versions[before]!, superseded: index + 1 };
      versions.push({ ...row, made: index + 1, superseded: null });
    }
  });
  return versions;
}

/** The rows that were current when so many writes were known. */
export function knownAfter(writes: readonly (readonly GivenOracleRow[])[], cut: number): GivenOracleRow[] {
  return versionsAfter(writes.slice(0, cut)).filter(({ superseded }) => superseded === null);
}

/** How many rows of the last of the writes were new or changed. */
export function changedByLast(writes: readonly (readonly GivenOracleRow[])[]): number {
  return versionsAfter(writes).filter(({ made }) => made === writes.length).length;
}
