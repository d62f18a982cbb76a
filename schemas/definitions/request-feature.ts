import { z } from 'zod';
import {
  type DerivedFeature,
  REQUEST_FIELD_TYPES,
  type RequestField,
  type RequestFieldType,
} from '../../domain/registry/definition.ts';
import { type Described, describedBy } from '../../domain/registry/described.ts';
import { DESCRIBED_OPTIONS, type DescribedOptions, describedShape } from '../values/described.ts';
import { identifierSchema } from '../values/identifier.ts';
import { type OptionNames, expectOptions } from '../values/options.ts';
import { expressionSchema } from './expressions/expression-schema.ts';
import {
  type ExpressionType,
  type NeededName,
  type ReadingsOf,
  type ReadsOf,
  type TypedExpression,
  operandJson,
} from './expressions/typed-expression.ts';
import { declaredHere } from './making/origin.ts';

const requestFieldSchema = z.strictObject({
  name: identifierSchema,
  type: z.enum(REQUEST_FIELD_TYPES),
  required: z.boolean(),
  ...describedShape,
});

/** The members of what computes features of a request. */
export const requestTimeShape = {
  requestFields: z.array(requestFieldSchema).min(1).optional(),
  requestFeatures: z
    .array(z.strictObject({ name: identifierSchema, expression: expressionSchema, ...describedShape }))
    .min(1)
    .optional(),
};

/** A field that `required` or `optional` declares. A type alone: a required field. */
type RequestFieldOptions = RequestFieldType | (Described & Omit<RequestField, 'name'>);

/** The fields of a request, by name. */
export type RequestFields = Readonly<Record<string, RequestFieldOptions>>;

/** A feature of a request. Its type says its name, its values, and what it reads. */
export interface RequestFeature<
  Name extends string = string,
  Type extends ExpressionType = ExpressionType,
  Reads extends NeededName = NeededName,
> extends DerivedFeature {
  readonly name: Name;
  /** Exists for the compiler only. */
  readonly type?: Type;
  /** Exists for the compiler only. */
  readonly reads?: Reads;
}

export interface RequestFeatureOptions<
  Name extends string = string,
  Of extends string | TypedExpression = string | TypedExpression,
> extends DescribedOptions {
  /** Its name in the training set and among the model's inputs. */
  readonly name: Name;
  /**
   * What is computed from looked-up features, request fields, other request features and `now()`. A name alone
   * takes what it names as it is.
   */
  readonly expression: Of;
}

const OPTIONS: OptionNames<RequestFeatureOptions> = { name: true, expression: true, ...DESCRIBED_OPTIONS };

/**
 * Declares a feature that is computed for each request, and for each row of a training set, by the same code. Training
 * sets and endpoints take it among their `requestFeatures`.
 *
 * @throws AsofError `ASOF_DEFINITION_INVALID` for an option that does not exist.
 * @example
 * ```ts
 * export const perEvent = requestFeature({
 *   name: 'amount_per_event',
 *   expression: ratio('amount', 'event_count_1h'),
 * });
 *
 * export const amounts = endpoint({
 *   name: 'amounts',
 *   lookups: [lookup(userActivityFeatures)],
 *   requestFields: { amount: 'double' },
 *   requestFeatures: [perEvent],
 * });
 * ```
 */
export function requestFeature<const Name extends string, const Of extends string | TypedExpression>(
  options: RequestFeatureOptions<Name, Of>,
): RequestFeature<Name, TypeGiven<Of>, ReadsOf<Of, 'scalar'>> {
  expectOptions('request feature', options, OPTIONS);
  const { name, expression } = options;
  const said = typeof expression === 'object' ? describedBy(expression) : {};
  return declaredHere({ name, expression: operandJson(expression), ...said, ...describedBy(options) });
}

/** The compiler does not know what a name alone gives. */
type TypeGiven<Of> = Of extends TypedExpression<infer Type> ? Type : ExpressionType;

/** What the features of a request may read. */
export type RequestReadings<
  LookedUp extends NeededName,
  Fields extends RequestFields,
  Features extends readonly RequestFeature[],
> =
  | LookedUp
  | ReadingsOf<{ readonly [Name in keyof Fields & string]: { readonly type: TypeOfField<Fields[Name]> } }>
  | FeatureReadings<Features[number]>
  | readonly ['now()', 'time'];

type TypeOfField<Field> = Field extends RequestFieldType
  ? Field
  : Field extends { readonly type: infer Type extends RequestFieldType }
    ? Type
    : never;

type FeatureReadings<Feature> =
  Feature extends RequestFeature<infer Name, infer Type>
    ? ReadingsOf<{ readonly [Named in Name]: { readonly type: FieldTypeOf[Type] } }>
    : never;

interface FieldTypeOf {
  readonly number: 'double';
  readonly text: 'string';
  readonly boolean: 'boolean';
}

/** Restricts features to those that read what there is, with the types that they need. */
export type ReadsKnown<Features extends readonly RequestFeature[], Readings extends NeededName> = {
  readonly [Place in keyof Features]: Features[Place] extends RequestFeature<
    infer Name,
    infer Type,
    infer Reads
  >
    ? [Reads] extends [Readings]
      ? unknown
      : RequestFeature<Name, Type, Readings>
    : unknown;
};

/** The request features as a definition holds them, undefined if there are none, and where each is declared. */
export function requestFeaturesOf(features: readonly RequestFeature[] = []) {
  const named: Record<string, RequestFeature> = {};
  // Plain JavaScript may give anything, which the schema refuses.
  if (Array.isArray(features))
    for (const feature of features as readonly (RequestFeature | undefined)[])
      if (feature) named[feature.name] = feature;
  return {
    requestFeatures: features.length === 0 ? undefined : features,
    parts: { requestFeatures: named },
  };
}

/** The request fields as a definition holds them. Undefined if there are none. */
export function requestFieldsOf(fields: RequestFields | undefined): object[] | undefined {
  const listed = Object.entries(fields ?? {}).map(([name, field]) =>
    typeof field === 'string' ? { name, type: field, required: true } : { ...(field as object), name },
  );
  return listed.length === 0 ? undefined : listed;
}
