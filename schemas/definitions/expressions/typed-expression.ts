import type { FieldType } from '../../../domain/registry/definition.ts';
import type { Expression, Operation, Scalar } from '../../../domain/registry/expression.ts';
import type { DescribedOptions } from '../../values/described.ts';

/** What the compiler knows of the values of an expression that a feature can be. */
export type ExpressionType = 'number' | 'text' | 'boolean';

/** What it knows of the values of an operand. No feature is a time. */
export type OperandType = ExpressionType | 'time';

/**
 * What an expression needs a name to be. `written`: its values are given as texts. `ordered`: one of two is
 * the greater. `scalar`: no list.
 */
export type Need = OperandType | 'date' | 'written' | 'ordered' | 'scalar' | 'any';

/** A field or feature that an expression reads, and what it needs it to be. */
export type NeededName = readonly [name: string, as: Need];

/** An expression. Its type says what it gives, and which fields or features it reads. */
export interface TypedExpression<
  Type extends OperandType = ExpressionType,
  Reads extends NeededName = NeededName,
> extends DescribedOptions {
  readonly expression: Operation;
  /** Exists for the compiler only. */
  readonly type?: Type;
  /** Exists for the compiler only. */
  readonly reads?: Reads;
}

/** A text that is meant as a value. As an operand, a text alone is the name of a field or feature. */
export interface TextLiteral {
  readonly text: string;
}

interface Literals {
  readonly number: number;
  readonly boolean: boolean;
  readonly text: TextLiteral;
  readonly time: never;
}

/** The name of a field or feature, a value, or an expression. */
export type Operand<Type extends OperandType = OperandType> = string | Literals[Type] | TypedExpression<Type>;

/** What operands read, where each must be `As`. */
export type ReadsOf<Of, As extends Need> = Of extends string
  ? readonly [Of, As]
  : Of extends TypedExpression<OperandType, infer Reads>
    ? Reads
    : never;

interface NeedsOf {
  readonly string: 'text' | 'written' | 'scalar' | 'any';
  readonly double: 'number' | 'ordered' | 'scalar' | 'any';
  readonly integer: 'number' | 'ordered' | 'scalar' | 'any';
  readonly boolean: 'boolean' | 'scalar' | 'any';
  readonly timestamp: 'time' | 'ordered' | 'scalar' | 'any';
  readonly decimal: 'written' | 'scalar' | 'any';
  readonly date: 'date' | 'written' | 'ordered' | 'scalar' | 'any';
}

/** Everything that expressions may read where a name has a type. */
export type ReadingsOf<Types extends Readonly<Record<string, { readonly type: FieldType }>>> = {
  [Name in keyof Types & string]: readonly [
    Name,
    Types[Name]['type'] extends keyof NeedsOf ? NeedsOf[Types[Name]['type']] : 'any',
  ];
}[keyof Types & string];

/** The operand as the registry has it. */
export function operandJson(operand: Scalar | TextLiteral | TypedExpression<OperandType>): Expression {
  return typeof operand === 'object' && 'expression' in operand ? operand.expression : operand;
}
