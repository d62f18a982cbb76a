import { z } from 'zod';
import type { ModelDefinition, TrainingSetDefinition } from '../../domain/registry/definition.ts';
import type { FeatureSpecification, ModelInput } from '../../domain/training/feature-specification.ts';
import type { DefinitionReference } from '../../domain/training/manifest.ts';

/** What a user starts `trainModel` with: one JSON object. */
export const trainModelInputSchema = z
  .strictObject({
    /** The model's name among the definitions. */
    model: z.string().min(1),
    /** A training set that was built. Or leave it out, and give what it is to be built from: */
    trainingSetId: z.string().min(1).optional(),
    /** A CSV file with a heading, as the worker sees it. */
    spine: z.string().min(1).optional(),
    /** The Parquet file to write, as the worker sees it. */
    out: z.string().min(1).optional(),
  })
  .superRefine(({ trainingSetId, spine, out }, context) => {
    const says = trainingSetId === undefined ? spine !== undefined && out !== undefined : !spine && !out;
    if (says) return;
    const message =
      'say what to train on: either trainingSetId, or both spine (a CSV file) and out (the Parquet file to write)';
    context.addIssue({ code: 'custom', path: ['trainingSetId'], message });
  });

export type TrainModelInput = z.input<typeof trainModelInputSchema>;

/** The validated input, with the definitions that it names. */
export interface TrainingPlan {
  readonly model: ModelDefinition;
  readonly trainingSet: TrainingSetDefinition;
  /** A set that was built, or what to build it from. */
  readonly from: { readonly trainingSetId: string } | { readonly spine: string; readonly out: string };
}

/** A built training set, as far as a model needs to know it. */
export interface TrainedOn {
  readonly id: string;
  readonly name: string;
  readonly path: string;
  readonly rows: number;
  /** Of the canonical rows. */
  readonly sha256: string;
  /** The knowledge cut: a committed sequence number. */
  readonly cut: string;
  readonly definitions: readonly DefinitionReference[];
  readonly specification: FeatureSpecification;
}

/** What the Python activity `train_classifier` is asked; see training/task.py. */
export interface TrainingTask {
  readonly parquet: string;
  readonly label: string;
  readonly split: string;
  readonly inputs: readonly (ModelInput & { readonly fill: number | null })[];
  readonly parameters: ModelDefinition['parameters'];
  readonly recency: string | null;
  readonly folder: string;
  readonly specification: FeatureSpecification;
}

/** What it answers: the model is in a folder on the machine that trained. */
export interface TrainedModel {
  readonly folder: string;
  readonly files: readonly { readonly path: string; readonly bytes: number; readonly sha256: string }[];
  readonly rows: Readonly<Record<'train' | 'val' | 'test', number>>;
  readonly metrics: Readonly<Record<string, number>>;
}

/** Names one training for ever, however often its steps are tried: its run in MLflow carries `id`. */
export interface TrainingIdentity {
  readonly workflowId: string;
  readonly id: string;
}

/** The run, and the model that it logged. */
export interface LoggedRun {
  readonly runId: string;
  readonly modelId: string;
  /** The run's page. */
  readonly url: string;
}

/** What came of a training. */
export interface TrainModelResult {
  readonly model: string;
  readonly version: number;
  readonly trainingSet: { readonly id: string; readonly rows: number; readonly sha256: string };
  readonly rows: TrainedModel['rows'];
  readonly metrics: TrainedModel['metrics'];
  readonly runId: string;
  readonly runUrl: string;
  readonly versionUrl: string;
}
