import type { z } from 'zod';
import { parseOrThrow } from '../values/parse.ts';
import { applyRetentionInputSchema } from './apply-retention.ts';
import { backfillFeaturesInputSchema } from './backfill-features.ts';
import { buildTrainingSetInputSchema } from './build-training-set.ts';
import { computeBatchFeaturesInputSchema } from './compute-batch-features.ts';
import { refreshOnlineTableInputSchema } from './refresh-online-table.ts';
import { streamFeaturesInputSchema } from './stream-features.ts';
import { trainModelInputSchema } from './train-model.ts';

const inputSchemas = {
  applyRetention: applyRetentionInputSchema,
  backfillFeatures: backfillFeaturesInputSchema,
  buildTrainingSet: buildTrainingSetInputSchema,
  computeBatchFeatures: computeBatchFeaturesInputSchema,
  refreshOnlineTable: refreshOnlineTableInputSchema,
  streamFeatures: streamFeaturesInputSchema,
  trainModel: trainModelInputSchema,
};

export type WorkflowType = keyof typeof inputSchemas;
type Parsed<Type extends WorkflowType> = z.output<(typeof inputSchemas)[Type]>;

const schemas: { readonly [Type in WorkflowType]: z.ZodType<Parsed<Type>> } = inputSchemas;

/**
 * Parses the input of a workflow type, and fills in the defaults.
 *
 * @throws AsofError `ASOF_INPUT_INVALID`, with every problem and its path.
 */
export function parseInput<Type extends WorkflowType>(type: Type, input: unknown): Parsed<Type> {
  const schema: z.ZodType<Parsed<Type>> = schemas[type];
  return parseOrThrow(schema, input, 'ASOF_INPUT_INVALID', `the input of ${type}`);
}
