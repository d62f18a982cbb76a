import { z } from 'zod';
import { quoted } from '../../domain/errors/quoted.ts';
import { plainDecimal } from '../../domain/log/fields/read-value.ts';
import type {
  Condition,
  EventSourceDefinition,
  FieldDefinition,
  FieldType,
} from '../../domain/registry/definition.ts';
import { isDayText } from '../../domain/time/calendar.ts';

type Scalar = string | number | boolean;

/** A condition on an event. Its type names the fields that it reads. */
export interface EventCondition<Name extends string = string> {
  readonly condition: Condition;
  /** Exists for the compiler only. */
  readonly fields?: Name;
}

/** The field has the value. Neither true nor false if the field is null. */
export function equals<const Name extends string>(field: Name, value: Scalar): EventCondition<Name> {
  return { condition: { op: 'equals', field, value } };
}

/** The field has one of the values. Neither true nor false if the field is null. */
export function isIn<const Name extends string>(
  field: Name,
  values: readonly Scalar[],
): EventCondition<Name> {
  return { condition: { op: 'in', field, values } };
}

/** The field is null. */
export function isNull<const Name extends string>(field: Name): EventCondition<Name> {
  return { condition: { op: 'is_null', field } };
}

/** All conditions are true. */
export function and<const Name extends string>(...of: EventCondition<Name>[]): EventCondition<Name> {
  return { condition: { op: 'and', of: of.map(({ condition }) => condition) } };
}

/** At least one condition is true. */
export function or<const Name extends string>(...of: EventCondition<Name>[]): EventCondition<Name> {
  return { condition: { op: 'or', of: of.map(({ condition }) => condition) } };
}

/** The condition is false. Neither true nor false if the condition is. */
export function not<const Name extends string>({ condition }: EventCondition<Name>): EventCondition<Name> {
  return { condition: { op: 'not', of: condition } };
}

/** The short form: these fields have these values, all of them. */
export function allEqual(values: Readonly<Record<string, Scalar>>): Condition {
  const of = Object.entries(values).map(([field, value]) => ({ op: 'equals' as const, field, value }));
  return of.length === 1 ? of[0]! : { op: 'and', of };
}

const scalarSchema = z.union([z.string(), z.number(), z.boolean()]);

export const conditionSchema: z.ZodType<Condition> = z.discriminatedUnion('op', [
  z.strictObject({ op: z.enum(['and', 'or']), of: z.array(z.lazy(() => conditionSchema)).min(1) }),
  z.strictObject({ op: z.literal('not'), of: z.lazy(() => conditionSchema) }),
  z.strictObject({ op: z.literal('equals'), field: z.string(), value: scalarSchema }),
  z.strictObject({ op: z.literal('in'), field: z.string(), values: z.array(scalarSchema).min(1) }),
  z.strictObject({ op: z.literal('is_null'), field: z.string() }),
]);

/** The JavaScript type of the values that a field is compared with. Null: it is compared with none. */
const COMPARED_WITH: Record<FieldType, 'string' | 'number' | 'boolean' | null> = {
  string: 'string',
  double: 'number',
  integer: 'number',
  boolean: 'boolean',
  timestamp: null,
  decimal: 'string',
  date: 'string',
  'string[]': null,
  'double[]': null,
  'integer[]': null,
  'boolean[]': null,
};

/** What is wrong with the fields that a condition names. */
export function conditionProblems(
  condition: Condition,
  fields: EventSourceDefinition['fields'],
): readonly string[] {
  if ('of' in condition)
    return [condition.of].flat().flatMap((operand) => conditionProblems(operand, fields));
  const field = fields.find(({ name }) => name === condition.field);
  if (!field) return [`${quoted(condition.field)} is not a field of the source`];
  if (condition.op === 'is_null') return [];
  const expected = COMPARED_WITH[field.type];
  if (expected === null) return [`'${field.name}' is a ${field.type}; only isNull takes such a field`];
  const values = condition.op === 'in' ? condition.values : [condition.value];
  return values.flatMap((value) => valueProblems(field, value, expected));
}

/** A value of another type, or one that the field never has. */
function valueProblems({ name, type }: FieldDefinition, value: Scalar, expected: string): string[] {
  if (typeof value !== expected)
    return [`'${name}' is a ${type}, and is compared with ${quoted(value)}; expected a ${expected}`];
  const held = heldAs(type, value);
  if (held === value) return [];
  const advice = held === undefined ? '' : `; write ${quoted(held)}`;
  return [`'${name}' is a ${type}, and is never ${quoted(value)}${advice}`];
}

/** The value as events hold it. Undefined if none can. */
function heldAs(type: FieldType, value: Scalar): Scalar | undefined {
  if (type === 'decimal') return plainDecimal(String(value));
  if (type === 'date') return isDayText(String(value)) ? value : undefined;
  if (type === 'integer') return Number.isInteger(value) ? value : undefined;
  return type === 'double' && !Number.isFinite(value) ? undefined : value;
}
