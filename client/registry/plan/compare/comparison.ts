import type { ColumnStatistics } from '../../../../domain/training/statistics.ts';

/** A changed stream table, computed beside the registered one from the raw events of some days. */
export interface TableComparison {
  readonly table: string;
  /** RFC 3339: rows after `from` and up to `to`, the event time of the newest raw event, were computed. */
  readonly from: string;
  readonly to: string;
  /** The raw events that were folded. */
  readonly events: number;
  /** The entities that have a row in that time, before or after. */
  readonly entities: number;
  readonly rowsBefore: number;
  readonly rowsAfter: number;
  /** The rows that both have, with another value in one of the features that both have. */
  readonly changed: number;
  /** The rows that only the changed table has. */
  readonly created: number;
  /** The rows that only the registered table has. */
  readonly removed: number;
  /** The features that differ in some row, that are new or that go away. */
  readonly features: readonly FeatureComparison[];
  /** The model versions in use that look up what changes. */
  readonly models: readonly ModelComparison[];
}

/** A feature before and after. */
export interface FeatureComparison {
  readonly feature: string;
  /** The rows that both have, with another value. */
  readonly changed: number;
  /** What its values are like. Null: it is not there, or a vector. */
  readonly before: ColumnStatistics | null;
  readonly after: ColumnStatistics | null;
  /** The population stability index. Null where one of the two is not known. */
  readonly psi: number | null;
}

/** The predictions of a model version for the entities of a comparison, before and after. */
export interface ModelComparison {
  readonly model: string;
  readonly version: number;
  /** The entities for which the model predicted, each as of `to`. */
  readonly entities: number;
  /** Those with another prediction. */
  readonly changed: number;
  /** Those on another side of the threshold, or of another class. Null: the model has neither. */
  readonly crossed: number | null;
  /** The threshold of the probability of 1, or of the number. Null: the model tells classes apart, or has none. */
  readonly threshold: number | null;
  /** The greatest difference of two predictions of an entity. 0: there is none. */
  readonly greatest: number;
  /** Why there are no predictions. Null: there are. */
  readonly why: string | null;
}
