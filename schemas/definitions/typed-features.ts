import { z } from 'zod';
import { quoted } from '../../domain/errors/quoted.ts';
import { LONGEST_VECTOR } from '../../domain/features/vectors.ts';
import {
  FEATURE_TYPES,
  type FeatureType,
  type FieldType,
  type ScalarFeatureType,
} from '../../domain/registry/definition.ts';
import { FEATURE_ROW_COLUMNS } from '../../domain/registry/reserved-columns.ts';
import { DESCRIBED_OPTIONS, type DescribedOptions, describedShape } from '../values/described.ts';
import { identifierSchema } from '../values/identifier.ts';
import { type OptionNames, expectOptions } from '../values/options.ts';
import type { ReadingsOf } from './expressions/typed-expression.ts';

/** A feature with a declared type. */
export const typedFeatureSchema = z
  .strictObject({
    name: identifierSchema.refine((name) => !FEATURE_ROW_COLUMNS.includes(name), {
      error: ({ input }) => `${quoted(input)} is a column that Asof writes itself; rename the feature`,
    }),
    type: z.enum(FEATURE_TYPES),
    length: z.int().min(1).max(LONGEST_VECTOR).optional(),
    ...describedShape,
  })
  .superRefine(({ name, type, length }, context) => {
    const isVector = type === 'double[]';
    if (isVector === (length !== undefined)) return;
    const message = isVector
      ? `'${name}' is a vector, and lacks its length; write it as { type: 'double[]', length: … }`
      : `'${name}' has a length, which only a double[] has`;
    context.addIssue({ code: 'custom', path: ['length'], message });
  });

/**
 * The types of features, by name; with what people say of them, if they do. A vector has a length:
 * `{ type: 'double[]', length: 64 }`.
 */
export type TypedFeatures = Readonly<Record<string, ScalarFeatureType | DescribedFeature>>;

/** What expressions may read of typed features. */
export type TypedReadings<Of extends TypedFeatures> = ReadingsOf<{
  readonly [Name in keyof Of & string]: { readonly type: FieldTypeOf<Of[Name]> };
}>;

type FieldTypeOf<Feature> = Feature extends { readonly type: infer Type }
  ? FieldTypeOf<Type>
  : Feature extends 'bigint'
    ? 'integer'
    : Feature extends FieldType
      ? Feature
      : never;

type DescribedFeature = DescribedOptions &
  ({ readonly type: ScalarFeatureType } | { readonly type: 'double[]'; readonly length: number });

const FEATURE_OPTIONS: OptionNames<DescribedOptions & { type: FeatureType; length: number }> = {
  type: true,
  length: true,
  ...DESCRIBED_OPTIONS,
};

/** The features of a table as its definition holds them. */
export function typedFeatures(features: TypedFeatures) {
  return Object.entries(features).map(([name, of]) => ({ ...featureOf(name, of), name }));
}

function featureOf(name: string, of: ScalarFeatureType | DescribedFeature): DescribedFeature {
  if (typeof of !== 'object') return { type: of };
  return expectOptions(`feature ${quoted(name)}`, of, FEATURE_OPTIONS);
}

/** The names that are there twice. */
export function repeated(names: readonly string[]): string[] {
  return names.filter((name, index) => names.indexOf(name) !== index);
}
