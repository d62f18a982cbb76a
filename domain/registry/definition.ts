/**
 * Definitions as data: the definition language (`schemas/`) writes them, the registry stores them, and the
 * engine compiles them. They are plain JSON. Durations are texts such as `15 minutes`; lists keep the order
 * of columns.
 */

import type { EpochUnit } from '../time/epoch.ts';
import type { Schedule } from '../time/timetable.ts';
import type { Described } from './described.ts';
import type { Expression, Operation, Scalar } from './expression.ts';
import type { ModelEstimator, ModelParameters, ModelTask } from './model-estimator.ts';
import type { SpineDefinition } from './spine-definition.ts';

export const SCALAR_TYPES = [
  'string',
  'double',
  'integer',
  'boolean',
  'timestamp',
  'decimal',
  'date',
] as const;
/** Lists of scalars. */
export const LIST_TYPES = ['string[]', 'double[]', 'integer[]', 'boolean[]'] as const;
export const FIELD_TYPES = [...SCALAR_TYPES, ...LIST_TYPES] as const;

export type ScalarType = (typeof SCALAR_TYPES)[number];
export type ListType = (typeof LIST_TYPES)[number];
export type FieldType = ScalarType | ListType;

/** The way to a value in the JSON of a record: names of members, and indexes of lists from 0 on. */
export type JsonPath = readonly (string | number)[];

/** Where the value of a field stands: in an event, in what is around it in its record, or beside that. */
export type FieldPlace =
  | JsonPath
  | { readonly envelope: JsonPath }
  | { readonly record: 'key' | 'timestamp' }
  | { readonly header: string };

/** Where the list of events stands: at a path in the JSON of a record, or the record is the list. */
export type ListPlace = JsonPath | { readonly record: 'value' };

/** How the values of a field are read. What is not said is not guessed. */
export interface FieldReading {
  /** Omitted: the member of the field's name. */
  readonly from?: FieldPlace | undefined;
  /** Of a timestamp: the values are numbers that count it since 1970. Omitted: they are ISO 8601 texts. */
  readonly unit?: EpochUnit | undefined;
  /** Of a timestamp: the zone of texts without an offset. Omitted: UTC. */
  readonly zone?: string | undefined;
  /** Whether texts that hold a number or a truth value are taken for it. */
  readonly coerce?: boolean | undefined;
  /**
   * Of a decimal: texts are the base64 of its bytes, as Kafka Connect writes decimals, with so many digits
   * behind the point. Omitted: no text is.
   */
  readonly scale?: number | undefined;
  /** Of a `double[]`: each list has so many numbers. Omitted: lists have any length. */
  readonly length?: number | undefined;
}

/** A field of events or reference rows. */
export interface ColumnDefinition<Type extends FieldType = FieldType> extends Described {
  readonly name: string;
  readonly type: Type;
  /** Whether a record without the field is a dead letter. An empty string counts as missing. */
  readonly required: boolean;
}

export const RECORD_FORMATS = ['json', 'registry_json', 'avro'] as const;

export type RecordFormat = (typeof RECORD_FORMATS)[number];

/**
 * The envelope that the events of a source stand in. `connect`: the event is the `payload` beside a `schema`, as
 * Kafka Connect writes JSON, or the value itself. `change`: the event is a row of a database, within a change of
 * it as Debezium writes it, with or without Connect's envelope around that.
 */
export type EnvelopeDefinition =
  | { readonly envelope: 'connect' }
  | {
      readonly envelope: 'change';
      /** What a deletion is. `skip`: it is not for the source. `before`: the row as it was is an event. Omitted: `skip`. */
      readonly deletes?: 'skip' | 'before' | undefined;
    };

/** A field of an event source. */
export interface FieldDefinition extends ColumnDefinition, FieldReading {}

export interface EventSourceDefinition extends Described {
  readonly kind: 'event_source';
  readonly name: string;
  readonly topic: string;
  /** The number of partitions that `apply` gives the topic when it makes it. */
  readonly topicPartitions: number;
  /** The required string field that holds the entity of an event. */
  readonly entity: string;
  /** The required timestamp field that holds the event time. */
  readonly eventTime: string;
  readonly fields: readonly FieldDefinition[];
  /** How far behind the newest event of its partition an event may be and still enter every window. */
  readonly allowedLateness: string;
  /**
   * `keep`: a late event stays out of the windows that it missed, until a backfill. `correct`: it is merged
   * into them at once.
   */
  readonly late: 'keep' | 'correct';
  /** An event further ahead of its Kafka timestamp than this is a dead letter. */
  readonly maxAhead: string;
  /**
   * An event further behind its Kafka timestamp than this is a dead letter. `none`: no limit. Omitted: 7305
   * days.
   */
  readonly maxBehind?: string | undefined;
  /**
   * `use`: the Kafka timestamp bounds the event time and the watermark. `ignore`: event time alone counts.
   * Omitted: `use`.
   */
  readonly kafkaTimestamps?: 'use' | 'ignore' | undefined;
  /**
   * How the values of records are written. `json`: as JSON. `registry_json`: as JSON behind the byte 0 and the
   * four bytes of a schema's id, as clients of a schema registry write it. `avro`: as Avro behind the same.
   * Omitted: `json`.
   */
  readonly format?: RecordFormat | undefined;
  /** The envelope of each event. Omitted: the value of a record is the event. */
  readonly unwrap?: EnvelopeDefinition | undefined;
  /**
   * What an optional field that does not fit its type becomes. `null`: null, with what was there beside the
   * event. `dead_letter`: the record is a dead letter. Omitted: `null`.
   */
  readonly invalid?: 'null' | 'dead_letter' | undefined;
  /** The records that are for this source; all others are skipped. Omitted: all are. */
  readonly where?: Expression | undefined;
  /**
   * Where a record holds a list of which each element is an event. A record that is a list itself is taken as
   * that list, unless the path begins with an index. Omitted: each record is an event.
   */
  readonly explode?: ListPlace | undefined;
  /** What a record without a value is. Omitted: `dead_letter`. */
  readonly tombstones?: 'skip' | 'dead_letter' | undefined;
  /** Whether the stream stops or goes on if Kafka deleted records before they were read. */
  readonly onDataLoss: 'stop' | 'continue';
  /**
   * An event is a duplicate if an earlier original of its partition has the same values in the fields `by`,
   * and is at most `within` before it on the partition clock. Omitted: no event is a duplicate.
   */
  readonly deduplicate?: { readonly by: readonly string[]; readonly within: string } | undefined;
  readonly retention?: SourceRetention | undefined;
}

/** How long records are retained. Omitted: kept forever. */
export interface SourceRetention {
  /** Raw events, by event time. */
  readonly raw?: string | undefined;
  /** Dead letters, by their Kafka timestamp; without one of 2000 or later, by the time of their write. */
  readonly deadLetters?: string | undefined;
  /** The list of late events, by event time. */
  readonly lateEvents?: string | undefined;
  /** Single ranges of the offset ledger, by the time of their write. Older ranges are joined into one. */
  readonly ledger?: string | undefined;
}

/** How long old data of a feature table is retained. Omitted: kept forever. */
export interface TableRetention {
  /** Superseded row versions, by the time when they were superseded. */
  readonly history?: string | undefined;
}

/** How long old data of a stream table is retained. Omitted: kept forever. */
export interface StreamTableRetention extends TableRetention {
  /** Tiles, by their start. A tile is held longer while events may still enter one of its windows. */
  readonly tiles?: string | undefined;
}

/** Aggregates whose only parameter is a field, or that have none. */
export type PlainAggregateKind =
  | 'count'
  | 'share'
  | 'mean_interarrival'
  | 'sum'
  | 'mean'
  | 'min'
  | 'max'
  | 'variance'
  | 'stddev'
  | 'first'
  | 'last'
  | 'approx_count_distinct'
  | 'last_vector'
  | 'mean_vector';

/**
 * Which events enter an aggregation: those whose fields have these values, all of them, or those for which
 * the expression is true.
 */
export type Filter = Readonly<Record<string, Scalar>> | { readonly expression: Operation };

/** Of an aggregate that holds all values: the number of distinct values up to which it is exact. */
interface ExactUpTo {
  readonly exactUpTo?: number | undefined;
}

/** An aggregate with its parameters, except the field. */
export type AggregateDefinition =
  | { readonly aggregate: PlainAggregateKind }
  | ({
      readonly aggregate: 'count_distinct' | 'histogram' | 'most_frequent' | 'diversity';
    } & ExactUpTo)
  | ({ readonly aggregate: 'top_k'; readonly k: number } & ExactUpTo)
  | { readonly aggregate: 'last_k'; readonly k: number }
  | { readonly aggregate: 'collect_set'; readonly bound: number }
  | { readonly aggregate: 'quantile'; readonly quantile: number };

export type AggregateKind = AggregateDefinition['aggregate'];

export type AggregateFeature = AggregateDefinition &
  Described & {
    readonly name: string;
    /** The field, or the expression, that is aggregated. Null: the events themselves. */
    readonly field: string | Operation | null;
    readonly where: Filter | null;
    /**
     * The length before the end of the row, at most the length of the window. Null: the length of the window.
     * `lifetime`: all events before the end.
     */
    readonly over: string | null;
  };

/** A number, text or truth value that an expression computes from other features. */
export interface DerivedFeature extends Described {
  readonly name: string;
  readonly expression: Expression;
}

export type FeatureDefinition = AggregateFeature | DerivedFeature;

export interface StreamTableDefinition extends Described {
  readonly kind: 'stream_table';
  readonly name: string;
  readonly source: string;
  /** The required string fields of the source that, with `feature_ts`, are the key of a row. */
  readonly primaryKeys: readonly string[];
  /** `offset`: how far after midnight in UTC a day begins, `-1 hour` an hour before it. Omitted: at midnight. */
  readonly window: {
    readonly length: string;
    readonly slide: string;
    readonly offset?: string | undefined;
    /** How far the start moves at once. Omitted: with the end, by the slide. */
    readonly tail?: string | undefined;
  };
  /** How long after `feature_ts` a row becomes visible. */
  readonly availableAfter: string;
  readonly features: readonly FeatureDefinition[];
  readonly retention?: StreamTableRetention | undefined;
}

/** Facts that the user writes and changes. Each row is valid from a moment on. */
export interface ReferenceTableDefinition extends Described {
  readonly kind: 'reference_table';
  readonly name: string;
  readonly primaryKeys: readonly string[];
  /** The columns beside `valid_from`. */
  readonly fields: readonly ColumnDefinition<ScalarType>[];
}

/** A `double[]` is a vector: a list of doubles of a declared length. */
export const FEATURE_TYPES = ['bigint', 'double', 'string', 'boolean', 'double[]'] as const;

export type FeatureType = (typeof FEATURE_TYPES)[number];
/** The type of a feature that is no vector. */
export type ScalarFeatureType = Exclude<FeatureType, 'double[]'>;

/** A column that a batch query gives, or that somebody writes. */
export interface TypedFeatureDefinition extends Described {
  readonly name: string;
  readonly type: FeatureType;
  /** Of a `double[]`, which has one: the number of its components. */
  readonly length?: number | undefined;
}

/** A feature of a batch table that is computed from day tiles, with the type of its column. */
export type DailyFeature = FeatureDefinition & { readonly type: FeatureType };

/** A feature table that is computed as of logical times: from day tiles, or by one SQL query. */
export interface BatchTableDefinition extends Described {
  readonly kind: 'batch_table';
  readonly name: string;
  readonly source: string;
  /**
   * Reference tables that the query reads, or whose columns features name as `table.column`; each as of the
   * logical time.
   */
  readonly references: readonly string[];
  readonly primaryKeys: readonly string[];
  /** Its times are the logical times. Those of day tiles are beginnings of days in UTC. */
  readonly schedule: Schedule;
  readonly availableAfter: string;
  readonly features: readonly (TypedFeatureDefinition | DailyFeature)[];
  /**
   * A query whose columns are the primary keys and the features. `db/batch/batch-query.ts` says what it may
   * read. Omitted: the features are computed from day tiles.
   */
  readonly sql?: string | undefined;
  /**
   * How long before the logical time the events begin that are read. An entity without an event since then has
   * no row. Omitted: all are read.
   */
  readonly lookBack?: string | undefined;
  readonly retention?: TableRetention | undefined;
  /** What features are computed from and no row has. Omitted: nothing. */
  readonly intermediate?: readonly DailyFeature[] | undefined;
}

/** A batch table that one SQL query computes. */
export interface QueriedBatchTable extends BatchTableDefinition {
  readonly sql: string;
}

/** A batch table that is computed from day tiles. */
export interface TiledBatchTable extends BatchTableDefinition {
  readonly features: readonly DailyFeature[];
  readonly sql?: undefined;
}

/** A feature table whose rows somebody else computes and writes. */
export interface ExternalTableDefinition extends Described {
  readonly kind: 'external_table';
  readonly name: string;
  readonly primaryKeys: readonly string[];
  /** The column of written rows that becomes `feature_ts`, and how its values are read. */
  readonly timestamp: Pick<FieldReading, 'unit' | 'zone'> & { readonly column: string };
  readonly availableAfter: string;
  readonly features: readonly TypedFeatureDefinition[];
  readonly retention?: TableRetention | undefined;
}

/** The features to look up in one table, as of a row's own moment. */
export interface FeatureLookup {
  readonly table: string;
  readonly features: readonly {
    readonly feature: string;
    /** The name of the column in the training set and in the input of the model. */
    readonly as: string;
    /** The value if no row is found. */
    readonly default: string | number | boolean | null;
  }[];
  /**
   * The columns of the spine (or fields of a request) that hold the primary keys of the table, in their
   * order.
   */
  readonly lookupKeys: readonly string[];
  /** Only rows with `feature_ts > moment − lookback` count. Null: rows of any age. */
  readonly lookback: string | null;
}

export const REQUEST_FIELD_TYPES = ['string', 'double', 'integer', 'boolean', 'timestamp'] as const;

export type RequestFieldType = (typeof REQUEST_FIELD_TYPES)[number];

/** A field of requests, which a spine has as a column. A required one is never null. */
export type RequestField = ColumnDefinition<RequestFieldType>;

/** What is computed of each request, and in training of each row of the spine. */
export interface RequestTime {
  /** The fields of a request that expressions read, beside its keys. Omitted: none. */
  readonly requestFields?: readonly RequestField[] | undefined;
  /**
   * Features that expressions compute from looked-up features, request fields, each other and the moment.
   * Omitted: none.
   */
  readonly requestFeatures?: readonly DerivedFeature[] | undefined;
}

/** What a training set is made of: a spine that the user brings, and lookups as of each of its rows. */
export interface TrainingSetDefinition extends Described, RequestTime {
  readonly kind: 'training_set';
  readonly name: string;
  readonly spine: SpineDefinition;
  readonly lookups: readonly FeatureLookup[];
  /** What is done when a correction gives a built set other rows. Omitted: `notify`. No part of what the set is. */
  readonly onCorrection?: CorrectionRule | undefined;
}

/** What is done about a correction: nothing; it is told; the set is built again; its models are trained again on it. */
export type CorrectionRule = (typeof CORRECTION_RULES)[number];

export const CORRECTION_RULES = ['ignore', 'notify', 'rebuild', 'retrain'] as const;

/** A classifier by gradient boosting, trained on a training set and registered under its name. */
export interface ModelDefinition extends Described {
  readonly kind: 'model';
  readonly name: string;
  readonly trainingSet: string;
  /** The name of the runs in MLflow. */
  readonly run: string;
  /** Omitted: classification. */
  readonly task?: Exclude<ModelTask, 'classification'> | undefined;
  /** Omitted: gradient boosting. */
  readonly estimator?: Exclude<ModelEstimator, 'gradientBoosting'> | undefined;
  readonly parameters: ModelParameters;
  /** What replaces a number that is null, by input. Omitted: 0. A text that is null matches no category. */
  readonly nulls: Readonly<Record<string, number>>;
  /** The input whose rank alone is the baseline that the model must beat. */
  readonly recency: string | null;
  /** The texts that are told apart, by input. An input that is not named: the most frequent ones. */
  readonly categories?: Readonly<Record<string, readonly string[]>> | undefined;
  /** The most texts of an input that are told apart. Omitted: 100. */
  readonly maxCategories?: number | undefined;
  /** How much the rows of each class count. Omitted: 1. */
  readonly classWeights?: 'balanced' | Readonly<Record<string, number>> | undefined;
  /** Boosting ends after so many trees that do not improve the loss on val. Omitted: it makes all trees. */
  readonly earlyStopping?: number | undefined;
  /** The column of the spine whose equal values are ranked against each other. */
  readonly group?: string | undefined;
}

/** A feature table that is published to the online store. */
export interface OnlineTableDefinition extends Described {
  readonly kind: 'online_table';
  readonly name: string;
  readonly table: string;
}

/**
 * An HTTP service for a model with automatic lookup (`model`), or for features alone (`lookups`). What a model's
 * endpoint computes of a request is said by the training set.
 */
export interface EndpointDefinition extends Described, RequestTime {
  readonly kind: 'endpoint';
  readonly name: string;
  readonly model: string | null;
  readonly lookups: readonly FeatureLookup[] | null;
}

/**
 * A definition as the registry stores it: plain JSON, as the functions of the definition language write it.
 */
export type Definition =
  | EventSourceDefinition
  | StreamTableDefinition
  | ReferenceTableDefinition
  | BatchTableDefinition
  | ExternalTableDefinition
  | TrainingSetDefinition
  | ModelDefinition
  | OnlineTableDefinition
  | EndpointDefinition;

export type DefinitionKind = Definition['kind'];

/** The definitions of a kind, or of several. */
export type DefinitionOf<Kind extends DefinitionKind> = Extract<Definition, { readonly kind: Kind }>;

/** The kinds of tables that lookups read. */
export const FEATURE_TABLE_KINDS = ['stream_table', 'batch_table', 'external_table'] as const;
/** The kinds of feature tables that are computed from an event source. */
export const COMPUTED_TABLE_KINDS = ['stream_table', 'batch_table'] as const;
/** The kinds of tables whose rows users write. */
export const WRITTEN_TABLE_KINDS = ['reference_table', 'external_table'] as const;
/** The kinds of definitions that feature tables are made from. */
export const SOURCE_KINDS = ['event_source', 'reference_table'] as const;

/** Whether a kind of definition is that of a feature table. */
export function isFeatureTable({ kind }: { readonly kind: string }): boolean {
  return FEATURE_TABLE_KINDS.some((one) => one === kind);
}

export type FeatureTableDefinition = DefinitionOf<(typeof FEATURE_TABLE_KINDS)[number]>;
export type ComputedTableDefinition = DefinitionOf<(typeof COMPUTED_TABLE_KINDS)[number]>;
export type WrittenTableDefinition = DefinitionOf<(typeof WRITTEN_TABLE_KINDS)[number]>;

export function isQueried(table: BatchTableDefinition): table is QueriedBatchTable {
  return table.sql !== undefined;
}

export function isTiled(table: BatchTableDefinition): table is TiledBatchTable {
  return table.sql === undefined;
}

export function isAggregate(feature: FeatureDefinition): feature is AggregateFeature {
  return 'aggregate' in feature;
}

/** Whether two definitions, or parts of them, have the same JSON, order included. */
export function sameDefinition(a: object, b: object): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
