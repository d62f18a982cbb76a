import type { z } from 'zod';
import { AsofError } from '../../domain/errors/asof-error.ts';
import { parseOrThrow } from '../values/parse.ts';
import { applyRetentionInputSchema } from './apply-retention.ts';
import { assessImpactInputSchema } from './assess-impact.ts';
import { backfillContinuationSchema, backfillFeaturesInputSchema } from './backfill-features.ts';
import { buildTrainingSetInputSchema } from './build-training-set.ts';
import { batchContinuationSchema, computeBatchFeaturesInputSchema } from './compute-batch-features.ts';
import { fieldsContinuationSchema, fillFieldsInputSchema } from './fill-fields.ts';
import { onlineContinuationSchema, refreshOnlineTableInputSchema } from './refresh-online-table.ts';
import { scoreBatchInputSchema } from './score-batch.ts';
import { streamContinuationSchema, streamFeaturesInputSchema } from './stream-features.ts';
import { trainModelInputSchema } from './train-model.ts';
import { verifyTrainingSetInputSchema } from './verify-training-set.ts';

const inputSchemas = {
  applyRetention: applyRetentionInputSchema,
  assessImpact: assessImpactInputSchema,
  backfillFeatures: backfillFeaturesInputSchema,
  buildTrainingSet: buildTrainingSetInputSchema,
  computeBatchFeatures: computeBatchFeaturesInputSchema,
  fillFields: fillFieldsInputSchema,
  refreshOnlineTable: refreshOnlineTableInputSchema,
  scoreBatch: scoreBatchInputSchema,
  streamFeatures: streamFeaturesInputSchema,
  trainModel: trainModelInputSchema,
  verifyTrainingSet: verifyTrainingSetInputSchema,
};

export type WorkflowType = keyof typeof inputSchemas;
type Parsed<Type extends WorkflowType> = z.output<(typeof inputSchemas)[Type]>;

const schemas: { readonly [Type in WorkflowType]: z.ZodType<Parsed<Type>> } = inputSchemas;

/** What the runs of a workflow that continues as new hand on. The other workflows have one run. */
const continuationSchemas: Readonly<Partial<Record<WorkflowType, z.ZodType>>> = {
  backfillFeatures: backfillContinuationSchema,
  computeBatchFeatures: batchContinuationSchema,
  fillFields: fieldsContinuationSchema,
  refreshOnlineTable: onlineContinuationSchema,
  streamFeatures: streamContinuationSchema,
};

export function isWorkflowType(name: string): name is WorkflowType {
  return Object.hasOwn(schemas, name);
}

/**
 * Parses the input of a workflow type, and fills in the defaults. A missing input is one without fields.
 *
 * @throws AsofError `ASOF_INPUT_INVALID`, with every problem and its path.
 */
export function parseInput<Type extends WorkflowType>(type: Type, input: unknown): Parsed<Type> {
  const schema: z.ZodType<Parsed<Type>> = schemas[type];
  return parseOrThrow(schema, input ?? {}, 'ASOF_INPUT_INVALID', `the input of ${type}`);
}

/**
 * Requires the arguments of a workflow to be an input; after that of a run that continues another, what that
 * run handed on; and nothing else.
 *
 * @throws AsofError `ASOF_INPUT_INVALID`, with every problem and its path.
 */
export function requireArguments(
  type: WorkflowType,
  [input, continuation, ...others]: readonly unknown[],
  isContinued: boolean,
): void {
  parseInput(type, input);
  const schema = isContinued ? continuationSchemas[type] : undefined;
  if (others.length > 0 || (!schema && continuation !== undefined))
    throw new AsofError(
      'ASOF_INPUT_INVALID',
      `${type} takes one argument, its input; leave the others out. Only Asof continues a run, ` +
        'and none that has a cron schedule or is retried',
    );
  if (schema && continuation !== undefined)
    parseOrThrow(schema, continuation, 'ASOF_INPUT_INVALID', `what a run of ${type} handed on`);
}
