import type { Operator } from '../../../domain/registry/expression.ts';
import { type Operand, type ReadsOf, type TypedExpression, operandJson } from './typed-expression.ts';

type NumberOperand = Operand<'number'>;

/** `a + b + …` */
export const add = combination('add');

/** `a - b - …` */
export const subtract = combination('subtract');

/** `a * b * …` */
export const multiply = combination('multiply');

/** `numerator / denominator`. 0.0 if the denominator is 0. */
export const ratio = ofTwo('divide');

/** `dividend / divisor`. Null if the divisor is 0. */
export const divide = ofTwo('quotient');

/** The number without its sign. */
export const abs = ofOne('abs');

/** The natural logarithm. Null for 0 and less. */
export const log = ofOne('log');

/** e to the power of the number. */
export const exp = ofOne('exp');

/** The square root. Null for less than 0. */
export const sqrt = ofOne('sqrt');

/** The nearest whole number. A half is rounded away from 0. */
export const round = ofOne('round');

/** The greatest whole number that is not above the number. */
export const floor = ofOne('floor');

/** `least` for a number below it, `greatest` for one above it. */
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
