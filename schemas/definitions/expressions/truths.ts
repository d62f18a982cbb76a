import { literalOf } from '../../../domain/expressions/operands.ts';
import type { Expression, Operation, Operator, Scalar } from '../../../domain/registry/expression.ts';
import {
  type Need,
  type NeededName,
  type Operand,
  type ReadsOf,
  type TypedExpression,
  operandJson,
} from './typed-expression.ts';

/** The name of a field or feature that stands where a text alone would be a value. */
export interface Named<Name extends string = string> {
  readonly named: Name;
}

/** A field or feature that another one is compared with: `less('price', named('list_price'))`. */
export function named<const Name extends string>(name: Name): Named<Name> {
  return { named: name };
}

interface ScalarOf {
  readonly number: number;
  readonly text: string;
  readonly boolean: boolean;
}

/** What an operand is compared with: a value, an expression, or a name in `named`. */
type Against<Left> =
  Left extends TypedExpression<infer Type>
    ? ScalarOf[Type] | TypedExpression<Type> | Named
    : Scalar | TypedExpression | Named;

/** What a name must be to be compared with `Right`: `Written` for a text, `Other` for another name. */
type NeedBeside<Right, Written extends Need, Other extends Need> = Right extends string
  ? Written
  : Right extends number
    ? 'number'
    : Right extends boolean
      ? 'boolean'
      : Right extends TypedExpression<infer Type>
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

/** The first is equal to the second, which is a value, an expression or a `named` field. */
export function equals<const Left extends string | TypedExpression, const Right extends Against<Left>>(
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

/** The first is less, or earlier, than the second. */
export const less = order('less');

/** The first is less than the second, or equal to it. */
export const atMost = order('at_most');

/** The first is greater, or later, than the second. */
export const greater = order('greater');

/** The first is greater than the second, or equal to it. */
export const atLeast = order('at_least');

function order(op: Operator) {
  return <const Left extends string | TypedExpression<'number'>, const Right extends Against<Left>>(
    left: Left,
    right: Right,
  ): Truth<ComparedReads<Left, Right, 'date', 'ordered'>> => ({
    expression: { op, of: [operandJson(left), againstJson(right)] },
  });
}

function againstJson(right: Scalar | TypedExpression | Named): Expression {
  if (typeof right !== 'object') return literalOf(right);
  return 'named' in right ? right.named : right.expression;
}

/** One of the values is equal. */
export function isIn<const Left extends string | TypedExpression, const Value extends Scalar>(
  left: Left,
  values: readonly Value[],
): Truth<ReadsOf<Left, NeedBeside<Value, 'written', 'scalar'>>> {
  return { expression: { op: 'in', field: operandJson(left), values } };
}

/** The operand is null. Never null itself. */
export function isNull<const Of extends string | TypedExpression>(of: Of): Truth<ReadsOf<Of, 'any'>> {
  return { expression: { op: 'is_null', field: operandJson(of) } };
}

/** All conditions are true. */
export const and = joined('and');

/** At least one condition is true. */
export const or = joined('or');

/** The condition is false. */
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
