import { z } from 'zod';
import { MODEL_TASKS } from '../../domain/registry/model-estimator.ts';
import { type FeatureSpecification, MODEL_INPUT_TYPES } from '../../domain/training/feature-specification.ts';
import { lookupSchema } from '../definitions/lookup.ts';
import { requestTimeShape } from '../definitions/request-feature.ts';

const featureSpecificationSchema = z.strictObject({
  trainingSet: z.string(),
  keys: z.array(z.string()),
  lookups: z.array(lookupSchema),
  inputs: z.array(
    z.strictObject({ name: z.string(), type: z.enum(MODEL_INPUT_TYPES), vector: z.string().optional() }),
  ),
  output: z
    .strictObject({ task: z.enum(MODEL_TASKS), classes: z.array(z.int()).min(2).optional() })
    .optional(),
  ...requestTimeShape,
}) satisfies z.ZodType<FeatureSpecification>;

/** The text of `feature_spec.json`, which is logged with a model. */
export const featureSpecificationFileSchema = z
  .string()
  .transform((text, context): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      context.addIssue({ code: 'custom', message: 'is not JSON' });
      return z.NEVER;
    }
  })
  .pipe(featureSpecificationSchema);
