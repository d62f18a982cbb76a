import type { RequestTime, ScalarFeatureType } from '../registry/definition.ts';
import type { HashSplit, SampleDefinition, TimeSplit } from '../registry/spine-definition.ts';
import type { MadeSpine } from './made-spine.ts';
import type { SplitLeaks } from './split-leaks.ts';

/**
 * How a build chooses the values of a training set. `latest`: as corrected up to the knowledge cut. `as-known`: for each
 * observation, what had been committed by then. `as-served`: what the online tables had published by then.
 */
export type TrainingSetWay = 'latest' | 'as-known' | 'as-served';

/** A way that asks since when a version counts. */
export type TimedWay = Exclude<TrainingSetWay, 'latest'>;

/** How the values of a feature differ from those of another way. */
export interface FeatureDifference {
  /** Its name in the training set. */
  readonly feature: string;
  /** The number of rows that differ. */
  readonly rows: number;
  /** The mean size of the differences between two numbers. Null: there are none. */
  readonly meanSize: number | null;
  /** The greatest size. */
  readonly maxSize: number | null;
}

/** How the looked-up features of a training set differ from those that another way gives. */
export interface WayDifference {
  /** The other way. */
  readonly way: TrainingSetWay;
  /** The number of rows that differ in some feature. */
  readonly rows: number;
  /** The features that differ, in the order of the training set. */
  readonly features: readonly FeatureDifference[];
  /** The tables that were compared: for `as-served`, those that had been published. */
  readonly tables: readonly string[];
}

/** A version of a definition, as the registry keeps it. */
export interface DefinitionReference {
  readonly kind: string;
  readonly name: string;
  readonly version: number;
  /** SHA-256 of the definition's JSON as the registry stores it. */
  readonly sha256: string;
}

/** The type of a training set's column. Timestamps are moments in UTC, in microseconds. */
export type ColumnType = ScalarFeatureType | 'timestamp';

export interface TrainingSetColumn {
  readonly name: string;
  readonly type: ColumnType;
  /** The looked-up vector whose next component it is. Omitted: it is no component. */
  readonly vector?: string | undefined;
}

/** For how many spine rows a lookup found a row, and for how many it used the defaults. */
export interface LookupCounts {
  readonly table: string;
  readonly found: number;
  readonly notFound: number;
  /**
   * For how many of the found ones it is assumed that they were known since they were visible: their knowledge was
   * imported or filled in later. Only in a set `as-known`.
   */
  readonly assumed?: number;
}

/** The committed writes that a build could see: all up to `sequence` (a decimal text), and none after. */
export interface KnowledgeCut {
  readonly sequence: string;
  /** When the last of these writes was committed. Null if nothing had been written. */
  readonly knownAt: string | null;
}

/** The split of a training set. */
interface SplitManifest {
  /** The column that holds train, val or test. */
  readonly column: string;
  readonly rows: Readonly<Record<string, number>>;
  /** How Asof split the rows. Omitted: the spine has the column. */
  readonly rule?: TimeSplit | HashSplit | undefined;
  /** Omitted: the set was built before leaks were counted. */
  readonly leaks?: SplitLeaks | undefined;
}

/**
 * Everything that a build of the same training set needs, and the hashes that show whether the result is the
 * same.
 */
export interface TrainingSetManifest extends RequestTime {
  /** How the hashes are taken of the rows: 1 row by row, 2 by columns. */
  readonly format: 1 | 2;
  readonly trainingSet: string;
  readonly way: TrainingSetWay;
  readonly spine: {
    /** The name of the copy that Asof keeps: the SHA-256 of its bytes, and its form. Omitted: `path` is its path, or none is kept. */
    readonly kept?: string | undefined;
    /** Where the build read the spine. The first columns of the result hold the spine too, row by row. */
    readonly path: string;
    readonly columns: readonly string[];
    /**
     * SHA-256 of the spine's canonical rows. In format 2 of the spine's columns as the set holds them.
     */
    readonly sha256: string;
    /** How Asof has made it, and the last write that it could see. Omitted: it was given. */
    readonly made?: (MadeSpine & { readonly sequence: string }) | undefined;
  };
  /** How train, val and test are told apart. Null if they are not. */
  readonly split: SplitManifest | null;
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
  /**
   * What the stored hash of each row begins with. Format 1: SHA-256 of this text followed by the canonical row.
   * Format 2: the mix of these bytes (in hex) followed by the row's values.
   */
  readonly salt: string;
  /** How many rows the spine has of which the set is a sample, by which rule. Omitted: it has them all. */
  readonly sample?: (SampleDefinition & { readonly of: number }) | undefined;
  /** The column with the weights of the rows. Omitted: all rows weigh the same. */
  readonly weight?: string | undefined;
  /** How the set differs from what other ways give, where that is known. Omitted: it was not compared. */
  readonly differences?: readonly WayDifference[];
  /**
   * The last sync of each looked-up table that counts as published, in the order of the lookups; 0: none. Omitted:
   * the set is `latest`.
   */
  readonly lastSyncs?: readonly number[];
}
