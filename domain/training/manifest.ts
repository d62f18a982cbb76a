import type { FeatureType } from '../registry/definition.ts';

/** How a build chooses the values of a training set. `latest`: as corrected up to the knowledge cut. */
export type TrainingSetWay = 'latest';

/** A version of a definition, as the registry keeps it. */
export interface DefinitionReference {
  readonly kind: string;
  readonly name: string;
  readonly version: number;
  /** SHA-256 of the definition's JSON as the registry stores it. */
  readonly sha256: string;
}

/** The type of a training set's column. Timestamps are moments in UTC, in microseconds. */
export type ColumnType = FeatureType | 'timestamp';

export interface TrainingSetColumn {
  readonly name: string;
  readonly type: ColumnType;
}

/** For how many spine rows a lookup found a row, and for how many it used the defaults. */
export interface LookupCounts {
  readonly table: string;
  readonly found: number;
  readonly notFound: number;
}

/** The committed writes that a build could see: all up to `sequence` (a decimal text), and none after. */
export interface KnowledgeCut {
  readonly sequence: string;
  /** When the last of these writes was committed. Null if nothing had been written. */
  readonly knownAt: string | null;
}

/**
 * Everything that a build of the same training set needs, and the hashes that show whether the result is the
 * same.
 */
export interface TrainingSetManifest {
  readonly format: 1;
  readonly trainingSet: string;
  readonly way: TrainingSetWay;
  readonly spine: {
    /** Where the build read the spine. The first columns of the result hold the spine too, row by row. */
    readonly path: string;
    readonly columns: readonly string[];
    /** SHA-256 of the spine's canonical rows. */
    readonly sha256: string;
  };
  /** The column that holds train, val or test, and the number of rows of each. Null if the set has none. */
  readonly split: { readonly column: string; readonly rows: Readonly<Record<string, number>> } | null;
  /**
   * The training set, then its feature tables, the reference tables that these read, and the event sources.
   */
  readonly definitions: readonly DefinitionReference[];
  readonly knowledge: KnowledgeCut;
  readonly lookups: readonly LookupCounts[];
  readonly schema: readonly TrainingSetColumn[];
  readonly rows: number;
  /** SHA-256 of the canonical rows, in order. */
  readonly sha256: string;
  /** The start of each stored row hash: SHA-256 of this text followed by the canonical row. */
  readonly salt: string;
}
