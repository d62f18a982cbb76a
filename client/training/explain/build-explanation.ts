import type { DefinitionReference, KnowledgeCut, TrainingSetWay } from '../../../domain/training/manifest.ts';
import type { WhyNotMirrored } from '../../../domain/training/mirror/mirror-choice.ts';

/** How a build would make a training set now. Counts of rows and bytes are estimates from the catalogue of Postgres. */
export interface BuildExplanation {
  readonly trainingSet: string;
  readonly way: TrainingSetWay;
  /** The writes that it would see. */
  readonly knowledge: KnowledgeCut;
  readonly spine: ExplainedSpine;
  /** In the order of the definition. */
  readonly lookups: readonly LookupReading[];
  /** The features that are computed from request fields and looked-up features. */
  readonly requestFeatures: readonly string[];
  /** The versions of definitions that it would use. */
  readonly definitions: readonly DefinitionReference[];
}

/** The spine of a build. */
export interface ExplainedSpine {
  /** The rows of the set. */
  readonly rows: number;
  /** The rows that were given, of which the set's are a sample. */
  readonly given: number;
  /** The earliest and the latest observation timestamp, in RFC 3339. */
  readonly from: string;
  readonly to: string;
  /** By split: the number of rows. Null: the rows are not split. */
  readonly splits: Readonly<Record<string, number>> | null;
}

/** How a build would find the rows of a lookup. */
export interface LookupReading {
  readonly table: string;
  readonly lookupKeys: readonly string[];
  readonly lookback: string | null;
  readonly availableAfter: string;
  /** The columns that it adds. */
  readonly columns: readonly string[];
  /** The number of different keys of the spine, and about how many the table has; null: Postgres has no statistics yet. */
  readonly keys: { readonly wanted: number; readonly there: number | null };
  /** The times of the rows that it may find, in RFC 3339. From null: from the first row on. */
  readonly from: string | null;
  readonly to: string;
  /** The chunks of the table with rows of these times. Rows null: Postgres has no statistics yet. */
  readonly chunks: { readonly count: number; readonly bytes: number; readonly rows: number | null };
  readonly read: RowsReading;
}

/**
 * How the rows are read: whole chunks, from their mirrors on this host, which are copied first where there are none; or
 * the rows of the wanted keys, in the current version, or in all versions, since the way asks for them, or since the
 * set is compared with what a published sync served.
 */
export type RowsReading =
  | {
      readonly by: 'mirror';
      /** The number of chunks whose mirror is there, and of those to copy, with their bytes. */
      readonly held: number;
      readonly copied: number;
      readonly copiedBytes: number;
      /** What was written after this sequence is read too. Null: nothing was. */
      readonly since: string | null;
    }
  | { readonly by: 'wanted-keys'; readonly why: WhyNotMirrored }
  | { readonly by: 'all-versions'; readonly why: 'way' | 'published' };
