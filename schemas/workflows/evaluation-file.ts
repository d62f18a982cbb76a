import { z } from 'zod';
import type { ModelEvaluation } from '../../domain/training/evaluation/evaluation.ts';

const pointsSchema = z.array(z.tuple([z.number(), z.number()])).max(10_000);
const calibrationSchema = z
  .array(z.object({ rows: z.number(), predicted: z.number(), observed: z.number() }))
  .max(1_000);
const share = z.number().nullable();

const splitSchema = z.object({
  rows: z.number(),
  roc: pointsSchema.optional(),
  pr: pointsSchema.optional(),
  calibration: calibrationSchema.optional(),
  thresholds: z
    .array(z.object({ threshold: z.number(), flagged: z.number(), precision: share, recall: share }))
    .max(1_000)
    .optional(),
  recall_at: z
    .array(z.object({ percent: z.number(), rows: z.number(), recall: z.number(), precision: share }))
    .max(1_000)
    .optional(),
  recency: z.object({ auc: z.number(), roc: pointsSchema }).optional(),
  of_class: z
    .array(
      z.object({
        class: z.number(),
        rows: z.number(),
        auc: z.number(),
        roc: pointsSchema,
        calibration: calibrationSchema,
      }),
    )
    .max(1_000)
    .optional(),
  predicted_and_observed: pointsSchema.optional(),
});

/** The file `evaluation.json` beside a trained model, as its text. */
export const evaluationFileSchema = z
  .string()
  .transform((text, context): unknown => {
    try {
      return JSON.parse(text);
    } catch (error) {
      context.addIssue({ code: 'custom', message: `it is not JSON: ${(error as Error).message}` });
      return z.NEVER;
    }
  })
  .pipe(
    z.object({
      splits: z.record(z.string().max(100), splitSchema),
      importances: z.array(z.object({ name: z.string().max(1_000), value: z.number() })).max(100_000),
    }),
  ) satisfies z.ZodType<ModelEvaluation>;
