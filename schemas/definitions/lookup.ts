import { z } from 'zod';
import type { FeatureLookup, FeatureTableDefinition } from '../../domain/registry/definition.ts';
import { positiveDurationSchema } from '../values/duration.ts';
import { identifierSchema } from '../values/identifier.ts';

const lookedUpSchema = z.strictObject({
  feature: z.string().min(1),
  as: identifierSchema,
  default: z.union([z.string(), z.number()]).nullable(),
});

export const lookupSchema = z.strictObject({
  table: z.string().min(1),
  features: z.array(lookedUpSchema).min(1),
  lookupKeys: z.array(z.string().min(1)).min(1),
  lookback: positiveDurationSchema.nullable(),
}) satisfies z.ZodType<FeatureLookup>;

/** A feature that is looked up under another name, or with a default of its own. */
export interface LookedUpOptions {
  readonly feature: string;
  /** Its name in the training set and in the model's input. The feature's own unless said. */
  readonly as?: string;
  /** Its value where no row is found. Null unless said. */
  readonly default?: string | number | null;
}

export interface LookupOptions {
  /** In the order of the training set's columns. All features of the table unless said. */
  readonly features?: readonly (string | LookedUpOptions)[];
  /** The spine's columns that hold the table's primary keys, in their order. Columns of the same names unless said. */
  readonly lookupKeys?: readonly string[];
  /** Rows as old as this or older do not count. However old unless said. */
  readonly lookback?: string;
}

/** Features of a stream or batch table, as of the moment of each row of a spine or of each request. */
export function lookup(
  { definition }: { readonly definition: FeatureTableDefinition },
  options: LookupOptions = {},
): FeatureLookup {
  const { features = definition.features.map(({ name }) => name) } = options;
  const { lookupKeys = definition.primaryKeys, lookback = null } = options;
  return {
    table: definition.name,
    features: features.map((one) => {
      const {
        feature,
        as = feature,
        default: otherwise = null,
      } = typeof one === 'string' ? { feature: one } : one;
      return { feature, as, default: otherwise };
    }),
    lookupKeys,
    lookback,
  };
}
