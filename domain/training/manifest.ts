/** How the values of a training set are chosen: as corrected up to the knowledge cut. */
export type TrainingSetWay = 'latest';

export interface DefinitionReference {
  readonly kind: string;
  readonly name: string;
  readonly version: number;
  /** SHA-256 of the definition's JSON, which the registry keeps. */
  readonly sha256: string;
}

/** The types of a training set's columns. Timestamps are moments in UTC, in microseconds. */
export type ColumnType = 'string' | 'bigint' | 'double' | 'timestamp';

export interface TrainingSetColumn {
  readonly name: string;
  readonly type: ColumnType;
}

/** For how many rows of the spine a look-up found a row, and for how many it took the defaults. */
export interface LookupCounts {
  readonly table: string;
  readonly found: number;
  readonly notFound: number;
}

/** The committed writes that the build could see: all up to `sequence` (a decimal text), and none after. */
export interface KnowledgeCut {
  readonly sequence: string;
  /** When the last of them was committed; null where nothing had ever been written. */
  readonly knownAt: string | null;
}

/** All that it takes to build the same training set again, and to tell whether it came out the same. */
export interface TrainingSetManifest {
  readonly format: 1;
  readonly trainingSet: string;
  readonly way: TrainingSetWay;
  readonly spine: {
    /** Where the build read it; the result's own first columns hold it too, row by row. */
    readonly path: string;
    readonly columns: readonly string[];
    /** SHA-256 of its canonical rows. */
    readonly sha256: string;
  };
  /** The column that says train, val or test, and how many rows each has; null where the set has none. */
  readonly split: { readonly column: string; readonly rows: Readonly<Record<string, number>> } | null;
  /** The training set, then its feature tables, the reference tables that they read, and the event sources. */
  readonly definitions: readonly DefinitionReference[];
  readonly knowledge: KnowledgeCut;
  readonly lookups: readonly LookupCounts[];
  readonly schema: readonly TrainingSetColumn[];
  readonly rows: number;
  /** SHA-256 of the canonical rows, in order. */
  readonly sha256: string;
  /** What each stored row hash begins with: SHA-256 of this text followed by the canonical row. */
  readonly salt: string;
}
