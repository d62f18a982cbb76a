import type { FeatureValue } from '../../../domain/aggregation/aggregator.ts';
import type { WhyPassedOver } from '../../../domain/training/explain/choice.ts';
import type { EventFate } from '../../../domain/training/explain/window-evidence.ts';
import type { KnowledgeCut, TrainingSetWay } from '../../../domain/training/manifest.ts';

/** A version of a feature row, with the writes that made and superseded it. Times are RFC 3339. */
export interface ExplainedVersion {
  readonly featureTs: string;
  /** When it becomes visible: `feature_ts` + the table's `availableAfter`. */
  readonly visibleFrom: string;
  readonly writtenBy: ExplainedWrite;
  /** Null: it is current. */
  readonly supersededBy: { readonly sequence: string; readonly knownAt: string } | null;
  /** The first sync of the online table that published it. Null: none has. */
  readonly published: { readonly sync: number; readonly at: string } | null;
}

/** A write, by its sequence: a decimal text. */
export interface ExplainedWrite {
  readonly sequence: string;
  /** When it was committed. */
  readonly knownAt: string;
  readonly kind: string;
}

/** A version that was not taken, and why. */
export interface PassedOverVersion extends ExplainedVersion {
  readonly why: WhyPassedOver;
}

/** A feature that a lookup gives. */
export interface ExplainedFeature {
  readonly feature: string;
  /** The column of the training set. */
  readonly as: string;
  /** The value of the row that was taken; the default, if none was. */
  readonly value: FeatureValue;
  /** The value in the row of the training set. Undefined: no row was read. */
  readonly inSet?: FeatureValue | undefined;
  /** Whether the spine gave the value, which wins over the one that is looked up. Omitted: it did not. */
  readonly isGiven?: boolean;
}

/** Why the features of a row of a training set are what they are. */
export interface RowExplanation {
  readonly trainingSet: { readonly id: string; readonly name: string };
  /** The number of the row, from 0. */
  readonly row: number;
  /** The observation timestamp, in RFC 3339. */
  readonly at: string;
  /** Whether the rows that the lookups take now, at the set's knowledge cut, have the values that the set has. */
  readonly holds: boolean;
  readonly lookups: readonly LookupExplanation[];
}

/** Why a lookup gives what it gives for one key as of one moment. */
export interface LookupExplanation {
  readonly table: string;
  readonly key: Readonly<Record<string, string>>;
  /** The observation timestamp, in RFC 3339. */
  readonly at: string;
  readonly as: TrainingSetWay;
  readonly cut: KnowledgeCut;
  readonly lookback: string | null;
  readonly availableAfter: string;
  /** Null: no row was found, and the features have their defaults. */
  readonly taken: ExplainedVersion | null;
  readonly passedOver: readonly PassedOverVersion[];
  readonly features: readonly ExplainedFeature[];
  /** What the row that was taken was made from. Null: none was taken. */
  readonly evidence: RowEvidence | null;
}

/** What a row was made from: events of its window, events before a logical time, or what a user wrote. */
export type RowEvidence = StreamEvidence | BatchEvidence | WrittenEvidence;

/** The events of the window of a row of a stream table. */
export interface StreamEvidence {
  readonly kind: 'stream';
  readonly source: string;
  /** The window, `[from, to)`. From null: a feature is over a lifetime. */
  readonly window: { readonly from: string | null; readonly to: string };
  /** The number of events of the window, by what became of them. */
  readonly counts: Readonly<Record<EventFate, number>>;
  /** Some of them, the latest first. */
  readonly events: readonly ExplainedEvent[];
  /** Whether the events give the stored values again. Null: that cannot be told, for the reason in `note`. */
  readonly recomputes: boolean | null;
  /** The features whose recomputed value differs, with both values. */
  readonly differences: readonly {
    readonly feature: string;
    readonly stored: FeatureValue;
    readonly recomputed: FeatureValue;
  }[];
  readonly note: string | null;
}

/** The place of a raw event in the log, and its time. */
export interface EventPlace {
  readonly partition: number;
  readonly offset: string;
  readonly index: number;
  readonly eventTs: string;
}

/** A raw event, and what became of it. */
export interface ExplainedEvent extends EventPlace {
  readonly fate: EventFate;
  /** The value that it brings to each feature that counts it. */
  readonly brings: Readonly<Record<string, unknown>>;
}

/** The events that a batch table had before the logical time of a row. */
export interface BatchEvidence {
  readonly kind: 'batch';
  readonly source: string;
  /** The logical time, and how far back the table reads. From null: from the first event on. */
  readonly window: { readonly from: string | null; readonly to: string };
  /** The number of events of the key that the run had seen. Null: the key is none of the source's fields. */
  readonly events: number | null;
  /** By partition: the offset before which the run saw events. Null: the run is not recorded any more. */
  readonly eventsThrough: Readonly<Record<string, number>> | null;
  /** The places of some of the events, the latest first. */
  readonly places: readonly EventPlace[];
  /** The last write of each reference table that the run had seen. */
  readonly references: readonly WrittenBy[];
}

/** The write by which a user gave the row. */
export interface WrittenEvidence extends WrittenBy {
  readonly kind: 'external';
}

/** What a user wrote into a table. What an earlier version of Asof did not record is null. */
export interface WrittenBy {
  readonly table: string;
  readonly origin: string | null;
  readonly sha256: string | null;
  readonly writtenBy: string | null;
  readonly knownAt: string;
}
