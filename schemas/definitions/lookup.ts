import { z } from 'zod';
import type { FeatureLookup, FeatureTableDefinition } from '../../domain/registry/definition.ts';
import { positiveDurationSchema } from '../values/duration.ts';
import { identifierSchema } from '../values/identifier.ts';
import { type OptionNames, expectOptions } from '../values/options.ts';
import { using } from './uses.ts';

const lookedUpSchema = z.strictObject({
  feature: z.string().min(1),
  as: identifierSchema,
  default: z.union([z.string(), z.number(), z.boolean()]).nullable(),
});

export const lookupSchema = z.strictObject({
  table: z.string().min(1),
  features: z.array(lookedUpSchema).min(1),
  lookupKeys: z.array(z.string().min(1)).min(1),
  lookback: positiveDurationSchema.nullable(),
}) satisfies z.ZodType<FeatureLookup>;

/** A feature to look up under another name, or with a default. */
export interface LookedUpOptions<Name extends string = string> {
  readonly feature: Name;
  /** Its name in the training set and among the model's inputs. Default: the feature's name. */
  readonly as?: string;
  /** Its value if no row is found. Default: null. */
  readonly default?: string | number | boolean | null;
}

const LOOKED_UP_OPTIONS: OptionNames<LookedUpOptions> = { feature: true, as: true, default: true };

/** The features that a lookup chooses from a table's: by name, or with options. */
type Choice<Name extends string> = readonly (Name | LookedUpOptions<Name>)[];

/** Refuses options that {@link LookedUpOptions} does not have. */
type KnownOptions<Chosen> = {
  readonly [Place in keyof Chosen]: Chosen[Place] extends string
    ? unknown
    : { readonly [Option in Exclude<keyof Chosen[Place], keyof LookedUpOptions>]?: never };
};

/** The names that looked-up features have in a training set. */
type NamesOf<Chosen> = Chosen extends string
  ? Chosen
  : Chosen extends { readonly as: infer As extends string }
    ? As
    : Chosen extends { readonly as?: string }
      ? 'as' extends keyof Chosen
        ? string
        : Chosen extends { readonly feature: infer Name extends string }
          ? Name
          : never
      : never;

export interface LookupOptions<Chosen extends Choice<string> = Choice<string>> {
  /** The features, in the order of the training set's columns. Default: all features of the table. */
  readonly features?: Chosen & KnownOptions<Chosen>;
  /**
   * The columns or request fields that hold the table's primary keys, in order. Default: those of the same
   * names.
   */
  readonly lookupKeys?: readonly string[];
  /** The lookup ignores rows of this age or older. Omitted: a row of any age counts. */
  readonly lookback?: string;
}

const OPTIONS: OptionNames<LookupOptions> = { features: true, lookupKeys: true, lookback: true };

/** A lookup of features. Its type names the columns that it adds to a training set. */
export interface Lookup<Input extends string = string> extends FeatureLookup {
  /** Exists for the compiler only. */
  readonly inputs?: Input;
}

/**
 * Looks up features of a table as of the moment of each spine row or request.
 *
 * @throws AsofError `ASOF_DEFINITION_INVALID` for an option that does not exist.
 */
export function lookup<Name extends string, const Chosen extends Choice<Name> = readonly Name[]>(
  of: { readonly definition: FeatureTableDefinition; readonly features?: Name },
  options: LookupOptions<Chosen> = {},
): Lookup<NamesOf<Chosen[number]>> {
  const { definition } = of;
  const { name } = definition;
  expectOptions(`lookup of '${name}'`, options, OPTIONS);
  const features: Choice<string> = options.features ?? definition.features.map((feature) => feature.name);
  const { lookupKeys = definition.primaryKeys, lookback = null } = options;
  const looked: Lookup<NamesOf<Chosen[number]>> = {
    table: name,
    features: features.map((one) => {
      if (typeof one !== 'string')
        expectOptions(`a feature of the lookup of '${name}'`, one, LOOKED_UP_OPTIONS);
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
  return using(looked, of);
}
