/**
 * Definitions as data: what the definition language (`schemas/`) writes down, the registry keeps, and the engine
 * compiles. Plain JSON; durations are texts such as `15 minutes`; lists keep the order of columns.
 */

export const FIELD_TYPES = ['string', 'double', 'integer', 'boolean', 'timestamp'] as const;

export type FieldType = (typeof FIELD_TYPES)[number];

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
  /** Whether a late event stays out of the windows that it missed, until a backfill, or is merged into them at once. */
  readonly late: 'keep' | 'correct';
  /** An event further ahead of its Kafka timestamp than this is a dead letter. */
  readonly maxAhead: string;
  /** Whether the stream stops or goes on when records were deleted from the topic before they were read. */
  readonly onDataLoss: 'stop' | 'continue';
  /** Events of a partition with the same values in these fields, so near to each other, count once; else each counts. */
  readonly deduplicate?: { readonly by: readonly string[]; readonly within: string } | undefined;
  readonly retention?: SourceRetention | undefined;
}

/** How long what was read is kept; what is not named here, for ever. */
export interface SourceRetention {
  /** Raw events, by event time. */
  readonly raw?: string | undefined;
  /** Dead letters, by their Kafka timestamp. */
  readonly deadLetters?: string | undefined;
  /** The list of late events, by event time. */
  readonly lateEvents?: string | undefined;
  /** Single ranges of the offset ledger, by when they were written; then they are joined to one. */
  readonly ledger?: string | undefined;
}

/** How long what is no longer current in a feature table is kept; what is not named here, for ever. */
export interface TableRetention {
  /** Superseded row versions, from when they were superseded. */
  readonly history?: string | undefined;
}

/** The same of a stream table. */
export interface StreamTableRetention extends TableRetention {
  /** Tiles, by their start; longer where events may still enter a window that they are part of. */
  readonly tiles?: string | undefined;
}

/** Aggregates that need nothing but a field. */
export type PlainAggregateKind =
  | 'count'
  | 'sum'
  | 'mean'
  | 'min'
  | 'max'
  | 'variance'
  | 'stddev'
  | 'first'
  | 'last'
  | 'count_distinct'
  | 'approx_count_distinct'
  | 'histogram';

/** Field values that an event must have, all of them, to enter an aggregation. */
export type Filter = Readonly<Record<string, string | number | boolean>>;

/** An aggregate with what it needs beside its field. */
export type AggregateDefinition =
  | { readonly aggregate: PlainAggregateKind }
  | { readonly aggregate: 'last_k' | 'top_k'; readonly k: number }
  | { readonly aggregate: 'collect_set'; readonly bound: number }
  | { readonly aggregate: 'quantile'; readonly quantile: number };

export type AggregateKind = AggregateDefinition['aggregate'];

export type AggregateFeature = AggregateDefinition & {
  readonly name: string;
  readonly field: string | null;
  readonly where: Filter | null;
  /** The stretch before the row's end that it is over: at most the table's length, which null means, or all time. */
  readonly over: string | null;
};

/** From left to right where there are more than two operands. `coalesce` is the first operand that is not null. */
export type Operator = 'add' | 'subtract' | 'multiply' | 'divide' | 'coalesce';

/** A feature of the row by its name, a number, or an operation on expressions. */
export type Expression = string | number | { readonly op: Operator; readonly of: readonly Expression[] };

/** A number made of other features of the row. */
export interface DerivedFeature {
  readonly name: string;
  readonly expression: Expression;
}

export type FeatureDefinition = AggregateFeature | DerivedFeature;

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
  readonly retention?: StreamTableRetention | undefined;
}

/** Facts that the user writes and that change now and then, each row valid from a moment on. */
export interface ReferenceTableDefinition {
  readonly kind: 'reference_table';
  readonly name: string;
  readonly primaryKeys: readonly string[];
  /** The columns beside `valid_from`. */
  readonly fields: readonly FieldDefinition[];
}

export type FeatureType = 'bigint' | 'double' | 'string';

/** A feature table that one SQL query computes as of a logical time. */
export interface BatchTableDefinition {
  readonly kind: 'batch_table';
  readonly name: string;
  readonly source: string;
  /** Reference tables that the query reads, each as of the logical time. */
  readonly references: readonly string[];
  readonly primaryKeys: readonly string[];
  /** Cron expression in UTC; its scheduled times are the logical times. */
  readonly schedule: string;
  readonly availableAfter: string;
  readonly features: readonly { readonly name: string; readonly type: FeatureType }[];
  /** A query whose columns are the primary keys and the features; see `db/batch/batch-query.ts` for what it may read. */
  readonly sql: string;
  readonly retention?: TableRetention | undefined;
}

/** Features of one table, as of a row's own moment. */
export interface FeatureLookup {
  readonly table: string;
  readonly features: readonly {
    readonly feature: string;
    /** The column's name in the training set and in the model's input. */
    readonly as: string;
    /** The value where no row is found. */
    readonly default: string | number | null;
  }[];
  /** Columns of the spine (fields of a request) that hold the table's primary keys, in their order. */
  readonly lookupKeys: readonly string[];
  /** Only rows with `feature_ts > moment − lookback` count; null: however old. */
  readonly lookback: string | null;
}

/** What a training set is made of: a spine that the user brings, and look-ups as of each of its rows. */
export interface TrainingSetDefinition {
  readonly kind: 'training_set';
  readonly name: string;
  readonly spine: {
    readonly keys: readonly string[];
    /** The column with the observation timestamp. */
    readonly timestamp: string;
    readonly label: string;
    /** The column that says train, val or test; it chooses rows and is never a model input. */
    readonly split: string | null;
  };
  readonly lookups: readonly FeatureLookup[];
}

/** A classifier by gradient boosting, trained on a training set and registered under its name. */
export interface ModelDefinition {
  readonly kind: 'model';
  readonly name: string;
  readonly trainingSet: string;
  /** The name of its runs in MLflow. */
  readonly run: string;
  readonly parameters: {
    readonly trees: number;
    readonly learningRate: number;
    readonly depth: number;
    readonly subsample: number;
    readonly seed: number;
  };
  /** What takes the place of a number that is null, by input; 0 where none is named. Null text matches no category. */
  readonly nulls: Readonly<Record<string, number>>;
  /** The number whose rank alone is the model to beat. */
  readonly recency: string | null;
}

/** A feature table that is kept in the online store. */
export interface OnlineTableDefinition {
  readonly kind: 'online_table';
  readonly name: string;
  readonly table: string;
}

/** An HTTP service for a model with automatic look-up (`model`), or for features alone (`lookups`). */
export interface EndpointDefinition {
  readonly kind: 'endpoint';
  readonly name: string;
  readonly model: string | null;
  readonly lookups: readonly FeatureLookup[] | null;
}

/** What the registry keeps: plain JSON, as the functions of the definition language write it. */
export type Definition =
  | EventSourceDefinition
  | StreamTableDefinition
  | ReferenceTableDefinition
  | BatchTableDefinition
  | TrainingSetDefinition
  | ModelDefinition
  | OnlineTableDefinition
  | EndpointDefinition;

export type DefinitionKind = Definition['kind'];

/** The definitions of a kind, or of several. */
export type DefinitionOf<Kind extends DefinitionKind> = Extract<Definition, { readonly kind: Kind }>;

/** The kinds whose rows look-ups read. */
export const FEATURE_TABLE_KINDS = ['stream_table', 'batch_table'] as const;

export type FeatureTableDefinition = DefinitionOf<(typeof FEATURE_TABLE_KINDS)[number]>;

export function isAggregate(feature: FeatureDefinition): feature is AggregateFeature {
  return 'aggregate' in feature;
}

/** Whether two definitions, or parts of them, say the same, in the same order. */
export function sameDefinition(a: object, b: object): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
