import { DESCRIBED_OPTIONS, type DescribedOptions } from '../../values/described.ts';
import { expectOptions } from '../../values/options.ts';
import {
  type ExpressionType,
  type NeededName,
  type Operand,
  type OperandType,
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
          : Told extends TypedExpression<infer Type extends OperandType>
            ? Type
            : never
    : never;

/**
 * The first operand that is not null. Null if all are.
 * @example coalesce('platform', text('unknown'))
 */
export function coalesce<const Of extends readonly [Operand, Operand, ...Operand[]]>(
  ...of: Of
): TypedExpression<TypeOf<Of[number]>, ReadsOf<Of[number], TypeOf<Of[number]>>> {
  return { expression: { op: 'coalesce', of: of.map(operandJson) } };
}

/**
 * `then` where the condition is true, else `otherwise`, or null if there is none.
 * @example when(greater('price', 100), text('dear'), text('cheap'))
 */
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

/**
 * The number that a text or decimal writes, null if it writes none. Of a truth value, 1 or 0.
 * @example toNumber('gift')
 */
export function toNumber<const Of extends Operand<ExpressionType>>(
  of: Of,
): TypedExpression<'number', ReadsOf<Of, 'scalar'>> {
  return { expression: { op: 'to_number', of: [operandJson(of)] } };
}

/**
 * The time that is so many seconds after 1970, which `min` and `max` give of times. Null outside the years 0 to
 * 9999.
 * @example toTime('seen_at')
 */
export function toTime<const Of extends Operand<'number'>>(
  of: Of,
): TypedExpression<'time', ReadsOf<Of, 'number'>> {
  return { expression: { op: 'to_time', of: [operandJson(of)] } };
}

/**
 * The text of a number in its shortest form, of a truth value, a decimal or a date.
 * @example toText('ordered_on')
 */
export function toText<const Of extends Operand<ExpressionType>>(
  of: Of,
): TypedExpression<'text', ReadsOf<Of, 'scalar'>> {
  return { expression: { op: 'to_text', of: [operandJson(of)] } };
}

/**
 * A derived feature with what people say of it.
 *
 * @throws AsofError `ASOF_DEFINITION_INVALID` for an option that does not exist.
 * @example described(ratio('price', 'quantity'), { owner: 'team:growth' })
 */
export function described<Type extends ExpressionType, Reads extends NeededName>(
  derived: TypedExpression<Type, Reads>,
  options: DescribedOptions,
): TypedExpression<Type, Reads> {
  return { ...derived, ...expectOptions("'described'", options, DESCRIBED_OPTIONS) };
}
