import { z } from 'zod';
import type { CorrectionRule } from '../../domain/registry/definition.ts';
import { parseInstant } from '../../domain/time/instant.ts';
import type { TouchedLookup } from '../../domain/training/impact.ts';
import { instantSchema } from '../values/instant.ts';

const sequenceSchema = z.string().regex(/^\d{1,18}$/, 'expected the sequence of a write, as a decimal text');

/**
 * The input of `assessImpact`: one JSON object. `late`, `write` and `since` ask a question. Without them, the sets are
 * held against what was written since their last assessment, and their rules are followed.
 */
export const assessImpactInputSchema = z
  .strictObject({
    /** What a backfill would change: of the table, for late events with event times `[from, to)`. Default: all. */
    late: z
      .strictObject({
        table: z.string().min(1),
        from: instantSchema.optional(),
        to: instantSchema.optional(),
      })
      .refine(({ from, to }) => !from || !to || parseInstant(from)! < parseInstant(to)!, {
        path: ['to'],
        message: 'must lie after from',
      })
      .optional(),
    /** What one write changed: its sequence. */
    write: sequenceSchema.optional(),
    /** What all writes after this sequence changed. */
    since: sequenceSchema.optional(),
    /** Only hold the sets against what was written that look this table up. Default: all sets. */
    table: z.string().min(1).optional(),
    /** How many changed rows of each table to list. */
    listed: z.int().min(0).max(1_000).default(20),
  })
  .refine(
    ({ late, write, since, table }) =>
      [late, write, since, table].filter((asked) => asked !== undefined).length <= 1,
    {
      message: 'asks several questions; give one of late, write, since and table, or none of them',
    },
  );

export type AssessImpactInput = z.input<typeof assessImpactInputSchema>;

/** Writes with a sequence above `after`, up to `through`: decimal texts. */
export interface WriteRange {
  readonly after: string;
  readonly through: string;
}

/** What is asked: of a late merge that is foreseen, of writes that happened, or of all since the last assessment. */
export type ImpactQuestion =
  | {
      readonly kind: 'late';
      readonly table: string;
      readonly from: string | null;
      readonly to: string | null;
    }
  | ({ readonly kind: 'writes' } & WriteRange)
  | { readonly kind: 'assessment'; readonly through: string };

/** A question, and the training sets that it is about, by the host that has their files. */
export interface OpenedImpact {
  readonly question: ImpactQuestion;
  readonly listed: number;
  readonly hosts: readonly { readonly host: string; readonly sets: readonly string[] }[];
}

/** What one host is asked. */
export interface ImpactTask {
  readonly question: ImpactQuestion;
  readonly listed: number;
  readonly sets: readonly string[];
  /** Whether to list the changed rows of tables. One host does. */
  readonly lists: boolean;
}

/** A changed row of a feature table. */
export interface ListedChange {
  readonly key: readonly string[];
  /** RFC 3339. */
  readonly featureTs: string;
  readonly change: 'created' | 'changed' | 'removed';
  /** The features whose values differ. */
  readonly features: readonly string[];
}

/** The rows of a feature table that are, or would be, otherwise. */
export interface TableImpact {
  readonly table: string;
  readonly rows: number;
  readonly created: number;
  readonly removed: number;
  /** Some of them, in the order of their times. */
  readonly listed: readonly ListedChange[];
}

/** A training set with rows that a build would give otherwise now. */
export interface TrainingSetImpact {
  readonly id: string;
  readonly name: string;
  /** How many rows have another value in some feature, and of how many. */
  readonly rows: number;
  readonly of: number;
  readonly lookups: readonly TouchedLookup[];
  /** The model versions that were trained on it. */
  readonly models: readonly string[];
  readonly rule: CorrectionRule;
}

/** A training set that was not held against the writes, and why. */
export interface UnreadTrainingSet {
  readonly id: string;
  readonly why: string;
}

/** What an activity on one host found. */
export interface MeasuredImpact {
  readonly merged: number;
  readonly changed: readonly TableImpact[];
  readonly trainingSets: readonly TrainingSetImpact[];
  readonly unread: readonly UnreadTrainingSet[];
}

/** A correction of a training set whose rule is to be followed. */
export interface OpenCorrection {
  readonly trainingSetId: string;
  readonly through: string;
}

/** What following a rule takes. */
export interface RebuildPlan {
  readonly name: string;
  readonly host: string;
  readonly spine: string;
  readonly as: string;
  readonly allowMissing: boolean;
  /** The models to train again on the rebuilt set. Empty unless the rule is `retrain`. */
  readonly models: readonly string[];
}

/** What became of a correction. */
export interface CorrectionOutcome extends OpenCorrection {
  /** The set that was built. Null: none, for the reason in `note`. */
  readonly rebuilt: string | null;
  /** The workflows that train models on it. */
  readonly trainings: readonly string[];
  readonly note: string | null;
}

/** The result of `assessImpact`, and the answer to its `status` query so far. */
export interface ImpactResult {
  readonly question: ImpactQuestion | null;
  /** The number of late events that a backfill would merge; 0 for another question. */
  readonly merged: number;
  /** The changed rows, by table. Empty for an assessment, which has other writes for each set. */
  readonly changed: readonly TableImpact[];
  /** The training sets that are touched. */
  readonly trainingSets: readonly TrainingSetImpact[];
  readonly unread: readonly UnreadTrainingSet[];
  /** What was done by the rules of the sets. */
  readonly outcomes: readonly CorrectionOutcome[];
}
