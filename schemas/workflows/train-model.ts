import { z } from 'zod';
import type { ModelDefinition, TrainingSetDefinition } from '../../domain/registry/definition.ts';
import type { KnownEstimator, ModelTask } from '../../domain/registry/model-estimator.ts';
import type { FeatureSpecification, ModelInput } from '../../domain/training/feature-specification.ts';
import type { DefinitionReference } from '../../domain/training/manifest.ts';
import { type BuildFiles, buildFilesSchema } from './build-training-set.ts';

/** The input of `trainModel`: one JSON object. */
export const trainModelInputSchema = z
  .strictObject({
    /** The name of the model's definition. */
    model: z.string().min(1),
    /** The id of a built training set. Omitted: the workflow builds one from `spine`. */
    trainingSetId: z.string().min(1).optional(),
    ...buildFilesSchema.partial({ spine: true }).shape,
  })
  .superRefine(({ trainingSetId, spine, out }, context) => {
    const isComplete = trainingSetId === undefined ? spine !== undefined : !spine && !out;
    if (isComplete) return;
    const message =
      'say what to train on: either trainingSetId, or spine (a CSV file), with out for the Parquet file';
    context.addIssue({ code: 'custom', path: ['trainingSetId'], message });
  });

export type TrainModelInput = z.input<typeof trainModelInputSchema>;

/** The validated input, with its definitions. */
export interface TrainingPlan {
  readonly model: ModelDefinition;
  readonly trainingSet: TrainingSetDefinition;
  /** The host whose workers do what needs its files. */
  readonly host: string;
  /** A built training set, or what to build one from. */
  readonly from: { readonly trainingSetId: string } | BuildFiles;
}

/** The part of a built training set's manifest that a model needs. */
export interface TrainedOn {
  readonly id: string;
  readonly name: string;
  readonly path: string;
  readonly rows: number;
  /** The SHA-256 of the canonical rows. */
  readonly sha256: string;
  /** The knowledge cut, as a decimal text. */
  readonly cut: string;
  readonly definitions: readonly DefinitionReference[];
  readonly specification: FeatureSpecification;
}

/**
 * The input of an activity that trains: of Asof's in Python, `train_classifier` (see training/task.py), or of a user's
 * own.
 */
export interface TrainingTask {
  /** Names the folder of the training on its host. */
  readonly id: string;
  /** The SHA-256 of the bytes of the file with the checked rows, which is in that folder. */
  readonly rowsSha256: string;
  readonly label: string;
  readonly split: string;
  readonly inputs: readonly (ModelInput & {
    readonly fill: number | null;
    readonly categories?: readonly string[] | undefined;
  })[];
  readonly parameters: ModelDefinition['parameters'];
  readonly recency: string | null;
  readonly specification: FeatureSpecification;
  /** Omitted: classification. */
  readonly task?: ModelTask | undefined;
  /** Omitted: gradient boosting. */
  readonly estimator?: KnownEstimator | 'python' | undefined;
  /** The Python file of the estimator `python`, and what its process may take. */
  readonly code?:
    { readonly source: string; readonly minutes: number; readonly memoryMb: number } | undefined;
  readonly maxCategories?: number | undefined;
  readonly classWeights?: ModelDefinition['classWeights'];
  readonly earlyStopping?: number | undefined;
  /** The column with the weight of each row. Omitted: 1 for each. */
  readonly weight?: string | undefined;
  readonly group?: string | undefined;
  /** For an activity of a user's own: the folder with `rows.parquet`, in which it makes that of its attempt. */
  readonly folder?: string | undefined;
}

/**
 * The result of an activity that trains. The model is in the folder `attempt-N` of its attempt, beside the rows, on the
 * host that trained.
 */
export interface TrainedModel {
  readonly attempt: number;
  readonly files: readonly { readonly path: string; readonly bytes: number; readonly sha256: string }[];
  readonly rows: Readonly<Record<'train' | 'val' | 'test', number>>;
  readonly metrics: Readonly<Record<string, number>>;
  /** Why the model may be of no use. */
  readonly warnings?: readonly string[] | undefined;
  /** What else there is to know. */
  readonly notes?: readonly string[] | undefined;
}

const counted = z.int().min(0);
/** The result of an activity of a user's own may be anything. */
export const trainedModelSchema = z.strictObject({
  attempt: z.int().min(1),
  files: z
    .array(
      z.strictObject({ path: z.string().min(1), bytes: counted, sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
    )
    .min(1)
    .max(1_000),
  rows: z.strictObject({ train: counted, val: counted, test: counted }),
  metrics: z.record(z.string().regex(/^[\w.-]{1,200}$/), z.number()),
  warnings: z.array(z.string().max(1_000)).max(50).optional(),
  notes: z.array(z.string().max(1_000)).max(1_000).optional(),
}) satisfies z.ZodType<TrainedModel>;

/** Identifies one training, however often its steps are retried. Its run in MLflow is tagged with `id`. */
export interface TrainingIdentity {
  readonly workflowId: string;
  readonly id: string;
}

/** The SHA-256 of each file of a model, by its path. */
export type FileHashes = Readonly<Record<string, string>>;

/** A run in MLflow and the model that it logged. */
export interface LoggedRun {
  readonly runId: string;
  readonly modelId: string;
  /** The run's page in MLflow. */
  readonly url: string;
  /** The SHA-256 of each file of the model, as MLflow got it. */
  readonly files: FileHashes;
}

/** The result of a training. */
export interface TrainModelResult {
  readonly model: string;
  readonly version: number;
  readonly trainingSet: { readonly id: string; readonly rows: number; readonly sha256: string };
  readonly rows: TrainedModel['rows'];
  readonly metrics: TrainedModel['metrics'];
  /** Why the model may be of no use: it is worse than its base rate, or than recency alone. */
  readonly warnings: readonly string[];
  readonly notes: readonly string[];
  readonly runId: string;
  readonly runUrl: string;
  readonly versionUrl: string;
}
