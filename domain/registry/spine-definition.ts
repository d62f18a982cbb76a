export const SPLITS = ['train', 'val', 'test'] as const;

export type Split = (typeof SPLITS)[number];

/** What rows of different splits may share, so that a model knows more of the test than it should. */
export const LEAKS = ['entities', 'time'] as const;

export type Leak = (typeof LEAKS)[number];

/** Splits rows by their observation timestamps: `train`, from one moment on `val`, from another on `test`. */
export interface TimeSplit {
  readonly by: 'time';
  /** The name of the column that the split becomes. */
  readonly as: string;
  readonly valFrom: string;
  readonly testFrom: string;
}

/** Splits rows by a hash of a key, so that all rows of an entity have one split. */
export interface HashSplit {
  readonly by: 'hash';
  readonly as: string;
  readonly key: string;
  readonly seed: number;
  /** The expected share of each split. They add up to 1. */
  readonly shares: Readonly<Record<Split, number>>;
}

/** Takes a share of the rows, and weighs them by its inverse. */
export interface SampleDefinition {
  readonly share: number;
  readonly seed: number;
  /** The key whose hash decides, so that an entity is taken whole. Omitted: each row by its keys and moment. */
  readonly by?: string | undefined;
  /** Labels whose rows are all kept, with the weight 1. */
  readonly keepLabels?: readonly number[] | undefined;
  /** The name of the column that the weight becomes. */
  readonly as: string;
}

/** What a training set asks of its spine, and makes of it before it looks up features. */
export interface SpineDefinition {
  readonly keys: readonly string[];
  /** The column with the observation timestamp. */
  readonly timestamp: string;
  /** Omitted: the set is not for training. */
  readonly label?: string | undefined;
  /** The column that says `train`, `val` or `test`, or how it is made. It chooses rows and is never a model input. */
  readonly split: string | TimeSplit | HashSplit | null;
  /** The leaks between splits for which a build fails. Omitted: none. */
  readonly refuseLeaks?: readonly Leak[] | undefined;
  readonly sample?: SampleDefinition | undefined;
  /**
   * The share of the spine's different keys from which on a build fails, if they are in no table that is
   * looked up by them. Omitted: 0.99.
   */
  readonly refuseMissing?: number | undefined;
}

/** The name of the split column. Null without one. */
export function splitColumn({ split }: Pick<SpineDefinition, 'split'>): string | null {
  return split === null || typeof split === 'string' ? split : split.as;
}

/** The columns that Asof adds to a spine. */
export function addedColumns({ split, sample }: Pick<SpineDefinition, 'split' | 'sample'>): string[] {
  return [...(split === null || typeof split === 'string' ? [] : [split.as]), ...(sample ? [sample.as] : [])];
}

/** The columns that the definition names of a spine, those that Asof adds among them. */
export function namedColumns({ keys, timestamp, label, split, sample }: SpineDefinition): string[] {
  const given = typeof split === 'string' ? [split] : [];
  const added = addedColumns({ split, sample });
  return [...keys, timestamp, ...(label === undefined ? [] : [label]), ...given, ...added];
}
