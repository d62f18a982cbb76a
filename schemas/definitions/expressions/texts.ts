import { literalOf } from '../../../domain/expressions/operands.ts';
import type { Operator } from '../../../domain/registry/expression.ts';
import type { Named } from './truths.ts';
import {
  type Operand,
  type ReadsOf,
  type TextLiteral,
  type TypedExpression,
  operandJson,
} from './typed-expression.ts';

type TextOperand = Operand<'text'>;

/**
 * A text that is meant as a value. As an operand, a text alone is a name.
 * @example coalesce('platform', text('none'))
 */
export function text(value: string): TextLiteral {
  return { text: value };
}

/**
 * The text in small letters, by the rules of Unicode and of no language.
 * @example lower('platform')
 */
export function lower<const Of extends TextOperand>(of: Of): TypedExpression<'text', ReadsOf<Of, 'text'>> {
  return { expression: { op: 'lower', of: [operandJson(of)] } };
}

/**
 * The number of characters: code points of Unicode.
 * @example length('event_type')
 */
export function length<const Of extends TextOperand>(of: Of): TypedExpression<'number', ReadsOf<Of, 'text'>> {
  return { expression: { op: 'length', of: [operandJson(of)] } };
}

/**
 * Whether the text begins with the other, which is a value, an expression or a `named` field.
 * @example startsWith(lower('platform'), 'ios')
 */
export const startsWith = search('starts_with');

/**
 * Whether the other text, given as that of `startsWith`, stands somewhere in the text.
 * @example contains('event_type', 'purchase')
 */
export const contains = search('contains');

/**
 * The texts, one after the other.
 * @example concat('platform', text(':'), 'event_type')
 */
export function concat<const Of extends readonly [TextOperand, ...TextOperand[]]>(
  ...of: Of
): TypedExpression<'text', ReadsOf<Of[number], 'text'>> {
  return { expression: { op: 'concat', of: of.map(operandJson) } };
}

type Sought = string | TypedExpression<'text'> | Named;

type SoughtReads<Part> =
  Part extends Named<infer Name>
    ? readonly [Name, 'text']
    : Part extends object
      ? ReadsOf<Part, 'text'>
      : never;

function search(op: Operator) {
  return <const Of extends TextOperand, const Part extends Sought>(
    of: Of,
    part: Part,
  ): TypedExpression<'boolean', ReadsOf<Of, 'text'> | SoughtReads<Part>> => ({
    expression: { op, of: [operandJson(of), soughtJson(part)] },
  });
}

function soughtJson(part: Sought) {
  if (typeof part === 'string') return literalOf(part);
  return 'named' in part ? part.named : part.expression;
}
