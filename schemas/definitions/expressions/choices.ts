import { DESCRIBED_OPTIONS, type DescribedOptions } from '../../values/described.ts';
import { expectOptions } from '../../values/options.ts';
import {
  type ExpressionType,
  type NeededName,
  type Operand,
  type ReadsOf,
  type TextLiteral,
  type TypedExpression,
  operandJson,
} from './typed-expression.ts';

/** The type that operands have together. Names alone are taken for those of numbers. */
type TypeOf<Of> = [Exclude<Of, string>] extends [never]
  ? 'number'
  : Exclude<Of, string> extends infer Told
    ? Told extends number
      ? 'number'
      : Told extends boolean
        ? 'boolean'
        : Told extends TextLiteral
          ? 'text'
          : Told extends TypedExpression<infer Type>
            ? Type
            : never
    : never;

/** The first operand that is not null. Null if all are. */
export function coalesce<const Of extends readonly [Operand, Operand, ...Operand[]]>(
  ...of: Of
): TypedExpression<TypeOf<Of[number]>, ReadsOf<Of[number], TypeOf<Of[number]>>> {
  return { expression: { op: 'coalesce', of: of.map(operandJson) } };
}

/** `then` where the condition is true, else `otherwise`, or null if there is none. */
export function when<
  const If extends string | TypedExpression<'boolean'>,
  const Then extends Operand,
  const Otherwise extends Operand = never,
>(
  condition: If,
  then: Then,
  otherwise?: Otherwise,
): TypedExpression<
  TypeOf<Then | Otherwise>,
  ReadsOf<If, 'boolean'> | ReadsOf<Then | Otherwise, TypeOf<Then | Otherwise>>
> {
  const of = otherwise === undefined ? [condition, then] : [condition, then, otherwise];
  return { expression: { op: 'when', of: of.map(operandJson) } };
}

/** The number that a text or decimal writes, null if it writes none. Of a truth value, 1 or 0. */
export function toNumber<const Of extends Operand>(of: Of): TypedExpression<'number', ReadsOf<Of, 'scalar'>> {
  return { expression: { op: 'to_number', of: [operandJson(of)] } };
}

/** The text of a number in its shortest form, of a truth value, a decimal or a date. */
export function toText<const Of extends Operand>(of: Of): TypedExpression<'text', ReadsOf<Of, 'scalar'>> {
  return { expression: { op: 'to_text', of: [operandJson(of)] } };
}

/**
 * A derived feature with what people say of it.
 *
 * @throws AsofError `ASOF_DEFINITION_INVALID` for an option that does not exist.
 */
export function described<Type extends ExpressionType, Reads extends NeededName>(
  derived: TypedExpression<Type, Reads>,
  options: DescribedOptions,
): TypedExpression<Type, Reads> {
  expectOptions("'described'", options, DESCRIBED_OPTIONS);
  return { ...derived, ...options };
}
