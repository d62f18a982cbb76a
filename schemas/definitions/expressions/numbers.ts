import type { Operator } from '../../../domain/registry/expression.ts';
import { type Operand, type ReadsOf, type TypedExpression, operandJson } from './typed-expression.ts';

type NumberOperand = Operand<'number'>;

/**
 * `a + b + …`, from left to right.
 * @example add('price', 'shipping', 1)
 */
export const add = combination('add');

/**
 * `a - b - …`, from left to right.
 * @example subtract('price', 'discount')
 */
export const subtract = combination('subtract');

/**
 * `a * b * …`, from left to right.
 * @example multiply('price', 'quantity')
 */
export const multiply = combination('multiply');

/**
 * `a / b`. 0 where `b` is 0.
 * @example ratio('price', 'quantity')
 */
export const ratio = ofTwo('divide');

/**
 * `a / b`. Null where `b` is 0.
 * @example divide('price', 'quantity')
 */
export const divide = ofTwo('quotient');

/**
 * The number without its sign.
 * @example abs(subtract('price', 'list_price'))
 */
export const abs = ofOne('abs');

/**
 * The natural logarithm. Null for 0 and less.
 * @example log(add('price', 1))
 */
export const log = ofOne('log');

/**
 * e to the power of the number. Null where that is too large for a double.
 * @example exp('discount')
 */
export const exp = ofOne('exp');

/**
 * The square root. Null for less than 0.
 * @example sqrt('price')
 */
export const sqrt = ofOne('sqrt');

/**
 * The nearest whole number. A half is rounded away from 0.
 * @example round('price')
 */
export const round = ofOne('round');

/**
 * The greatest whole number that is not above the number.
 * @example floor(ratio('price', 10))
 */
export const floor = ofOne('floor');

/**
 * The number, but at least `least`, and then at most `greatest`.
 * @example clip('price', 0, 1_000)
 */
export function clip<
  const Number extends NumberOperand,
  const Least extends NumberOperand,
  const Greatest extends NumberOperand,
>(
  number: Number,
  least: Least,
  greatest: Greatest,
): TypedExpression<'number', ReadsOf<Number | Least | Greatest, 'number'>> {
  return { expression: { op: 'clip', of: [number, least, greatest].map(operandJson) } };
}

function combination(op: Operator) {
  return <const Of extends readonly [NumberOperand, NumberOperand, ...NumberOperand[]]>(
    ...of: Of
  ): TypedExpression<'number', ReadsOf<Of[number], 'number'>> => ({
    expression: { op, of: of.map(operandJson) },
  });
}

function ofTwo(op: Operator) {
  return <const A extends NumberOperand, const B extends NumberOperand>(
    a: A,
    b: B,
  ): TypedExpression<'number', ReadsOf<A | B, 'number'>> => ({
    expression: { op, of: [operandJson(a), operandJson(b)] },
  });
}

function ofOne(op: Operator) {
  return <const A extends NumberOperand>(a: A): TypedExpression<'number', ReadsOf<A, 'number'>> => ({
    expression: { op, of: [operandJson(a)] },
  });
}
