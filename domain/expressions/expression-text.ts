import type { Expression, Operation, Operator, Scalar } from '../registry/expression.ts';
import { isOperation, operandsOf } from './operands.ts';

/** An expression in words, for people: as its author would write it in SQL, as far as that has it. */
export function expressionText(expression: Expression): string {
  return textOf(expression, false);
}

/** @param isPart whether the text stands beside an operator, where another one needs parentheses. */
function textOf(expression: Expression, isPart: boolean): string {
  if (typeof expression === 'string') return expression;
  if (!isOperation(expression))
    return scalarText(typeof expression === 'object' ? expression.text : expression);
  const text = operationText(expression);
  return isPart && text.isInfix ? `(${text.text})` : text.text;
}

interface OperationText {
  readonly text: string;
  readonly isInfix?: boolean;
}

function operationText(operation: Operation): OperationText {
  if (operation.op === 'moment') return { text: 'now()' };
  const parts = operandsOf(operation).map((operand) => textOf(operand, true));
  if (operation.op === 'not') return { text: `not ${parts[0]}`, isInfix: true };
  if (operation.op === 'is_null') return { text: `${parts[0]} is null`, isInfix: true };
  if (operation.op === 'in')
    return { text: `${parts[0]} in (${operation.values.map(scalarText).join(', ')})`, isInfix: true };
  const infix = INFIX[operation.op];
  if (infix !== undefined && parts.length > 1) return { text: parts.join(` ${infix} `), isInfix: true };
  const zone = 'zone' in operation && operation.zone !== undefined ? [`'${operation.zone}'`] : [];
  const operands = operandsOf(operation).map(expressionText);
  return { text: `${functionName(operation.op)}(${[...operands, ...zone].join(', ')})` };
}

/** A value as it stands in SQL. */
function scalarText(value: Scalar): string {
  return typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value);
}

const INFIX: Partial<Record<Operator, string>> = {
  add: '+',
  subtract: '-',
  multiply: '*',
  quotient: '/',
  equals: '=',
  less: '<',
  at_most: '<=',
  greater: '>',
  at_least: '>=',
  and: 'and',
  or: 'or',
};

/** The function of the definition language that gives an operation. */
function functionName(op: Operator): string {
  return op === 'divide' ? 'ratio' : op.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
