import { z } from 'zod';
import { quoted } from '../../../domain/errors/quoted.ts';
import { FEATURE_TYPES } from '../../../domain/registry/definition.ts';
import { FEATURE_ROW_COLUMNS } from '../../../domain/registry/reserved-columns.ts';
import { featureSchema } from '../stream-table.ts';
import { typedFeatureSchema } from '../typed-features.ts';

const typeSchema = z.enum(FEATURE_TYPES);

const namedSchema = featureSchema.refine(({ name }) => !FEATURE_ROW_COLUMNS.includes(name), {
  error: ({ input }) =>
    `${quoted((input as { name: string }).name)} is a column that Asof writes itself; rename the feature`,
});

/** A feature that is computed from day tiles, with the type of its column. */
export const dailyFeatureSchema = z
  .looseObject({ type: typeSchema })
  .transform(({ type, ...feature }, context) => {
    const { data, error } = namedSchema.safeParse(feature);
    if (data) return { ...data, type };
    return refused(error.issues, context);
  });

/** A feature of a batch table: one that is computed from day tiles, or a column that its query gives. */
export const batchFeatureSchema = z.looseObject({}).transform((feature, context) => {
  const isComputed = 'aggregate' in feature || 'expression' in feature;
  const { data, error } = (isComputed ? dailyFeatureSchema : typedFeatureSchema).safeParse(feature);
  if (data) return data;
  return refused(error.issues, context);
});

function refused(issues: readonly z.core.$ZodIssue[], context: z.RefinementCtx): never {
  for (const { path, message } of issues) context.addIssue({ code: 'custom', path: [...path], message });
  return z.NEVER;
}
