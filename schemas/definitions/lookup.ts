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

/** A feature to look up under another name, or with a default. */
export interface LookedUpOptions {
  readonly feature: string;
  /** Its name in the training set and among the model's inputs. Default: the feature's name. */
  readonly as?: string;
  /** Its value if no row is found. Default: null. */
  readonly default?: string | number | null;
}

export interface LookupOptions {
  /** The features, in the order of the training set's columns. Default: all features of the table. */
  readonly features?: readonly (string | LookedUpOptions)[];
  /**
   * The columns or request fields that hold the table's primary keys, in order. Default: those of the same
   * names.
   */
  readonly lookupKeys?: readonly string[];
  /** The lookup ignores rows of this age or older. Omitted: a row of any age counts. */
  readonly lookback?: string;
}

/** Looks up features of a table as of the moment of each spine row or request. */
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
