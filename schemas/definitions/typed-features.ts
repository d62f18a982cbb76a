import { z } from 'zod';
import { quoted } from '../../domain/errors/quoted.ts';
import { FEATURE_TYPES, type FeatureType } from '../../domain/registry/definition.ts';
import { FEATURE_ROW_COLUMNS } from '../../domain/registry/reserved-columns.ts';
import { DESCRIBED_OPTIONS, type DescribedOptions, describedShape } from '../values/described.ts';
import { identifierSchema } from '../values/identifier.ts';
import { type OptionNames, expectOptions } from '../values/options.ts';

/** A feature with a declared type. */
export const typedFeatureSchema = z.strictObject({
  name: identifierSchema.refine((name) => !FEATURE_ROW_COLUMNS.includes(name), {
    error: ({ input }) => `${quoted(input)} is a column that Asof writes itself; rename the feature`,
  }),
  type: z.enum(FEATURE_TYPES),
  ...describedShape,
});

/** The types of features, by name; with what people say of them, if they do. */
export type TypedFeatures = Readonly<Record<string, FeatureType | DescribedFeature>>;

interface DescribedFeature extends DescribedOptions {
  readonly type: FeatureType;
}

const FEATURE_OPTIONS: OptionNames<DescribedFeature> = { type: true, ...DESCRIBED_OPTIONS };

/** The features of a table as its definition holds them. */
export function typedFeatures(features: TypedFeatures) {
  return Object.entries(features).map(([name, of]) => ({ ...featureOf(name, of), name }));
}

function featureOf(name: string, of: FeatureType | DescribedFeature): DescribedFeature {
  if (typeof of !== 'object') return { type: of };
  expectOptions(`feature ${quoted(name)}`, of, FEATURE_OPTIONS);
  return of;
}

/** The names that are there twice. */
export function repeated(names: readonly string[]): string[] {
  return names.filter((name, index) => names.indexOf(name) !== index);
}
