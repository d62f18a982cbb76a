import { literalOf } from '../../../domain/expressions/operands.ts';
import type { Expression, Operation, Operator, Scalar } from '../../../domain/registry/expression.ts';
import {
  type Need,
  type NeededName,
  type Operand,
  type OperandType,
  type ReadsOf,
  type TypedExpression,
  operandJson,
} from './typed-expression.ts';

/** The name of a field or feature that stands where a text alone would be a value. */
export interface Named<Name extends string = string> {
  readonly named: Name;
}

/**
 * A field or feature, where a text alone would be a value.
 * @example less('price', named('list_price'))
 */
export function named<const Name extends string>(name: Name): Named<Name> {
  return { named: name };
}

interface ScalarOf {
  readonly number: number;
  readonly text: string;
  readonly boolean: boolean;
  readonly time: never;
}

/** An expression of any type. */
type AnyExpression = TypedExpression<OperandType>;

/** What an operand is compared with: a value, an expression, or a name in `named`. */
type Against<Left> =
  Left extends TypedExpression<infer Type extends OperandType>
    ? ScalarOf[Type] | TypedExpression<Type> | Named
    : Scalar | AnyExpression | Named;

/** What a name must be to be compared with `Right`: `Written` for a text, `Other` for another name. */
type NeedBeside<Right, Written extends Need, Other extends Need> = Right extends string
  ? Written
  : Right extends number
    ? 'number'
    : Right extends boolean
      ? 'boolean'
      : Right extends TypedExpression<infer Type extends OperandType>
        ? Type
        : Other;

type ComparedReads<Left, Right, Written extends Need, Other extends Need> =
  | ReadsOf<Left, NeedBeside<Right, Written, Other>>
  | (Right extends Named<infer Name>
      ? readonly [Name, Other]
      : Right extends object
        ? ReadsOf<Right, Other>
        : never);

type Truth<Reads extends NeededName> = TypedExpression<'boolean', Reads>;

/**
 * Whether the first is equal to the second, which is a value, an expression or a `named` field.
 * @example equals('platform', 'ios')
 */
export function equals<const Left extends string | AnyExpression, const Right extends Against<Left>>(
  left: Left,
  right: Right,
): Truth<ComparedReads<Left, Right, 'written', 'scalar'>> {
  return {
    expression:
      typeof left === 'string' && typeof right !== 'object'
        ? { op: 'equals', field: left, value: right }
        : { op: 'equals', of: [operandJson(left), againstJson(right)] },
  };
}

/**
 * Whether the first number, time or date is less, or earlier, than the second, which is given as that of `equals`.
 * @example less('price', named('list_price'))
 */
export const less = order('less');

/**
 * Whether the first is less than the second, or equal to it.
 * @example atMost('quantity', 10)
 */
export const atMost = order('at_most');

/**
 * Whether the first is greater, or later, than the second.
 * @example greater(multiply('price', 'quantity'), 100)
 */
export const greater = order('greater');

/**
 * Whether the first is greater than the second, or equal to it.
 * @example atLeast('ordered_on', '2026-01-31')
 */
export const atLeast = order('at_least');

function order(op: Operator) {
  return <const Left extends string | TypedExpression<'number' | 'time'>, const Right extends Against<Left>>(
    left: Left,
    right: Right,
  ): Truth<ComparedReads<Left, Right, 'date', 'ordered'>> => ({
    expression: { op, of: [operandJson(left), againstJson(right)] },
  });
}

function againstJson(right: Scalar | AnyExpression | Named): Expression {
  if (typeof right !== 'object') return literalOf(right);
  return 'named' in right ? right.named : right.expression;
}

/**
 * Whether the first is equal to one of the values.
 * @example isIn('event_type', ['view', 'purchase'])
 */
export function isIn<const Left extends string | TypedExpression, const Value extends Scalar>(
  left: Left,
  values: readonly Value[],
): Truth<ReadsOf<Left, NeedBeside<Value, 'written', 'scalar'>>> {
  return { expression: { op: 'in', field: operandJson(left), values } };
}

/**
 * Whether the operand is null, also of a list. Never null itself.
 * @example isNull('session_id')
 */
export function isNull<const Of extends string | AnyExpression>(of: Of): Truth<ReadsOf<Of, 'any'>> {
  return { expression: { op: 'is_null', field: operandJson(of) } };
}

/**
 * Whether all conditions are true. False where one is false, whatever the others are.
 * @example and(equals('platform', 'ios'), greater('price', 0))
 */
export const and = joined('and');

/**
 * Whether at least one condition is true. True where one is true, whatever the others are.
 * @example or('gift', isNull('session_id'))
 */
export const or = joined('or');

/**
 * Whether the condition is false.
 * @example not(isNull('session_id'))
 */
export function not<const Of extends string | TypedExpression<'boolean'>>(
  of: Of,
): Truth<ReadsOf<Of, 'boolean'>> {
  return { expression: { op: 'not', of: operandJson(of) } };
}

function joined(op: 'and' | 'or') {
  return <const Of extends readonly Operand<'boolean'>[]>(
    ...of: Of
  ): Truth<ReadsOf<Of[number], 'boolean'>> => ({ expression: { op, of: of.map(operandJson) } });
}

/** The short form: these fields have these values, all of them. */
export function allEqual(values: Readonly<Record<string, Scalar>>): Operation {
  const of = Object.entries(values).map(([field, value]) => ({ op: 'equals' as const, field, value }));
  return of.length === 1 ? of[0]! : { op: 'and', of };
}
