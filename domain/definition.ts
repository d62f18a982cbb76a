/**
 * Definitions as data: what the definition language (`schemas/`) writes down, the registry keeps, and the engine
 * compiles. Plain JSON; durations are texts such as `15 minutes`; lists keep the order of columns.
 */

export type FieldType = 'string' | 'double' | 'timestamp';

export interface FieldDefinition {
  readonly name: string;
  readonly type: FieldType;
  /** A record without it is a dead letter; an empty string counts as missing. */
  readonly required: boolean;
}

export interface EventSourceDefinition {
  readonly kind: 'event_source';
  readonly name: string;
  readonly topic: string;
  /** How many partitions `apply` gives the topic when it makes it. */
  readonly topicPartitions: number;
  /** The required string field that names what events are about. */
  readonly entity: string;
  /** The required timestamp field that says when an event happened. */
  readonly eventTime: string;
  readonly fields: readonly FieldDefinition[];
  /** How far behind the newest event of its partition an event may be and still enter every window. */
  readonly allowedLateness: string;
  /** An event further ahead of its Kafka timestamp than this is a dead letter. */
  readonly maxAhead: string;
  /** Whether the stream stops or goes on when records were deleted from the topic before they were read. */
  readonly onDataLoss: 'stop' | 'continue';
}

export type AggregateKind = 'count' | 'sum' | 'count_distinct' | 'last';

/** Field values that an event must have, all of them, to enter an aggregation. */
export type Filter = Readonly<Record<string, string | number>>;

export interface AggregateFeature {
  readonly name: string;
  readonly aggregate: AggregateKind;
  readonly field: string | null;
  readonly where: Filter | null;
}

/** `numerator / denominator` of two other features of the row; 0.0 where the denominator is 0. */
export interface RatioFeature {
  readonly name: string;
  readonly numerator: string;
  readonly denominator: string;
}

export type FeatureDefinition = AggregateFeature | RatioFeature;

export interface StreamTableDefinition {
  readonly kind: 'stream_table';
  readonly name: string;
  readonly source: string;
  /** Required string fields of the source that, with `feature_ts`, make a row's key. */
  readonly primaryKeys: readonly string[];
  readonly window: { readonly length: string; readonly slide: string };
  /** How long after `feature_ts` a row becomes visible. */
  readonly availableAfter: string;
  readonly features: readonly FeatureDefinition[];
}

export type Definition = EventSourceDefinition | StreamTableDefinition;

export function isAggregate(feature: FeatureDefinition): feature is AggregateFeature {
  return 'aggregate' in feature;
}
