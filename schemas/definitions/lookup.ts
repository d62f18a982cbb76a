import { z } from 'zod';
import type { FeatureLookup, FeatureTableDefinition } from '../../domain/registry/definition.ts';
import { positiveDurationSchema } from '../values/duration.ts';
import { identifierSchema } from '../values/identifier.ts';
import { type OptionNames, expectOptions } from '../values/options.ts';
import type { Need, NeededName } from './expressions/typed-expression.ts';
import { using } from './making/uses.ts';

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
  /**
   * The features, in the order of the training set's columns. `as` is another name of one, `default` its value
   * where no row is found, of the feature's type; null if there is none. Default: all features of the table.
   */
  readonly features?: Chosen & KnownOptions<Chosen>;
  /**
   * The columns or request fields that hold the table's primary keys, in order. Default: those of the same
   * names.
   */
  readonly lookupKeys?: readonly string[];
  /** The age from which on rows are ignored. Omitted: a row of any age counts. */
  readonly lookback?: string;
}

const OPTIONS: OptionNames<LookupOptions> = { features: true, lookupKeys: true, lookback: true };

/** What expressions may read of looked-up features, by the names that these have in a training set. */
type ReadingsOfChosen<Chosen, Readings> = Chosen extends string
  ? RenamedReading<Readings, Chosen, Chosen>
  : Chosen extends { readonly feature: infer Name extends string }
    ? RenamedReading<Readings, Name, NamesOf<Chosen>>
    : never;

type RenamedReading<Readings, Name extends string, As extends string> = Readings extends readonly [
  infer Read,
  infer Needs extends Need,
]
  ? Name extends Read
    ? [Needs] extends ['any']
      ? readonly [`${As}_${number}`, ComponentNeeds]
      : readonly [As, Needs]
    : never
  : never;

/** The components of a vector are numbers, `taste_0` and so on. */
type ComponentNeeds = 'number' | 'ordered' | 'scalar' | 'any';

/** The columns that looked-up features have in a training set. */
type ColumnsOf<Chosen, Readings> = NamesOf<Chosen> | ReadingsOfChosen<Chosen, Readings>[0];

/**
 * A lookup of features. Its type names the columns that it adds to a training set, and says what expressions may
 * read of them.
 */
export interface Lookup<
  Input extends string = string,
  Readings extends NeededName = NeededName,
> extends FeatureLookup {
  /** Exists for the compiler only. */
  readonly inputs?: Input;
  /** Exists for the compiler only. */
  readonly readings?: Readings;
}

/** The columns that lookups add to a training set. */
export type InputsOf<Looked> = Looked extends Lookup<infer Input> ? Input : never;

/** What expressions may read of the features of lookups. */
export type LookedUpReadings<Looked> = Looked extends Lookup<string, infer Readings> ? Readings : never;

/**
 * Looks up features of a stream, batch or external table: for each row of a training set as of its observation
 * timestamp, and for each request as of its arrival. It gives the visible row with the greatest `feature_ts`.
 *
 * @throws AsofError `ASOF_DEFINITION_INVALID` for an option that does not exist.
 * @example
 * ```ts
 * export const recent = lookup(userActivityFeatures, {
 *   features: ['event_count_1h', { feature: 'last_platform', as: 'platform', default: 'none' }],
 *   lookback: '24 hours',
 * });
 * ```
 */
export function lookup<
  Name extends string,
  Readings extends NeededName,
  const Chosen extends Choice<Name> = readonly Name[],
>(
  of: {
    readonly definition: FeatureTableDefinition;
    readonly features?: Name;
    readonly readings?: Readings;
  },
  options: LookupOptions<Chosen> = {},
): Lookup<ColumnsOf<Chosen[number], Readings>, ReadingsOfChosen<Chosen[number], Readings>> {
  const { definition } = of;
  const { name } = definition;
  expectOptions(`lookup of '${name}'`, options, OPTIONS);
  const features: Choice<string> = options.features ?? definition.features.map((feature) => feature.name);
  const { lookupKeys = definition.primaryKeys, lookback = null } = options;
  const looked: FeatureLookup = {
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
