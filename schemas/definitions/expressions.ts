import type { Expression, Operator } from '../../domain/registry/definition.ts';
import { DESCRIBED_OPTIONS, type DescribedOptions } from '../values/described.ts';
import { expectOptions } from '../values/options.ts';

/** A derived feature. Its type names the features that it reads. */
export interface Derived<Name extends string = string> extends DescribedOptions {
  readonly expression: Expression;
  /** Exists for the compiler only. */
  readonly features?: Name;
}

/** An operand of an expression: the name of a feature of the same row, a number, or another expression. */
export type Operand<Name extends string = string> = Name | number | Derived<Name>;

/** `a + b + …`. Null if an operand is null. */
export const add = operator('add');

/** `a - b - …`. Null if an operand is null. */
export const subtract = operator('subtract');

/** `a * b * …`. Null if an operand is null. */
export const multiply = operator('multiply');

/** `numerator / denominator`. 0.0 if the denominator is 0, and null if an operand is null. */
export function ratio<const Name extends string>(
  numerator: Operand<Name>,
  denominator: Operand<Name>,
): Derived<Name> {
  return divide(numerator, denominator);
}

const divide = operator('divide');

/** The first operand that is not null. Null if all are null. */
export const coalesce = operator('coalesce');

function operator(op: Operator) {
  return <const Name extends string>(
    ...of: [Operand<Name>, Operand<Name>, ...Operand<Name>[]]
  ): Derived<Name> => ({
    expression: { op, of: of.map((operand) => (typeof operand === 'object' ? operand.expression : operand)) },
  });
}

/**
 * A derived feature with what people say of it.
 *
 * @throws AsofError `ASOF_DEFINITION_INVALID` for an option that does not exist.
 */
export function described<const Name extends string>(
  derived: Derived<Name>,
  options: DescribedOptions,
): Derived<Name> {
  expectOptions("'described'", options, DESCRIBED_OPTIONS);
  return { ...derived, ...options };
}
