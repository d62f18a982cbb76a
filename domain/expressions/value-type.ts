import type { FeatureType, FieldType } from '../registry/definition.ts';
import type { Expression, Operation } from '../registry/expression.ts';
import { isOperation, operandsOf } from './operands.ts';
import { operationRules } from './operation-rules.ts';
import type { ValueType } from './value.ts';

const TYPES: Record<FieldType, ValueType> = {
  string: 'text',
  double: 'number',
  integer: 'number',
  boolean: 'boolean',
  timestamp: 'time',
  decimal: 'decimal',
  date: 'date',
  'string[]': 'list',
  'double[]': 'list',
  'integer[]': 'list',
  'boolean[]': 'list',
};

export function valueTypeOf(type: FieldType | FeatureType): ValueType {
  return type === 'bigint' ? 'number' : TYPES[type];
}

/** The type of a field that has such values. Whole numbers count as doubles. */
export const FIELD_TYPE_OF: Record<Exclude<ValueType, 'list'>, FieldType> = {
  number: 'double',
  text: 'string',
  boolean: 'boolean',
  time: 'timestamp',
  decimal: 'decimal',
  date: 'date',
};

/** The type of what is named. Undefined: there is no such field or feature. */
export type TypeOf = (name: string) => ValueType | undefined;

/** The type of an expression's values. Undefined if it depends on a name that does not exist. */
export function typeOfExpression(expression: Expression, typeOf: TypeOf): ValueType | undefined {
  if (typeof expression === 'string') return typeOf(expression);
  if (!isOperation(expression)) return literalType(expression);
  const { gives } = operationRules[expression.op];
  return gives === 'alike' ? alikeType(expression, typeOf) : gives;
}

/**
 * The one type that operands of an operation must have, such as the two that are compared. A text beside a
 * decimal or a date is one.
 */
export function alikeType(operation: Operation, typeOf: TypeOf): ValueType | undefined {
  const alike = operandsOf(operation).slice(operationRules[operation.op].alikeFrom);
  const named = alike.find((operand) => typeof operand === 'string' || isOperation(operand));
  const decisive = named ?? alike[0];
  return decisive === undefined ? undefined : typeOfExpression(decisive, typeOf);
}

function literalType(literal: number | boolean | { readonly text: string }): ValueType {
  if (typeof literal === 'object') return 'text';
  return typeof literal === 'number' ? 'number' : 'boolean';
}
