import type { Expression, Operation, Scalar } from '../registry/expression.ts';

/** The operands of an operation, whichever way it is written. */
export function operandsOf(operation: Operation): readonly Expression[] {
  if (operation.op === 'moment') return [];
  if (!('of' in operation)) {
    return operation.op === 'equals' ? [operation.field, literalOf(operation.value)] : [operation.field];
  }
  return operation.op === 'not' ? [operation.of] : operation.of;
}

/** A value as an expression. */
export function literalOf(value: Scalar): Expression {
  return typeof value === 'string' ? { text: value } : value;
}

export function isOperation(expression: Expression): expression is Operation {
  return typeof expression === 'object' && 'op' in expression;
}

/** The names of the fields or features that an expression reads. */
export function namesIn(expression: Expression): string[] {
  if (typeof expression === 'string') return [expression];
  return isOperation(expression) ? operandsOf(expression).flatMap(namesIn) : [];
}

/** Whether an expression reads the moment that a row is about. */
export function readsMoment(expression: Expression): boolean {
  return isOperation(expression) && (expression.op === 'moment' || operandsOf(expression).some(readsMoment));
}
