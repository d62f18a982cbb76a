import type { Expression, Operation } from '../registry/expression.ts';
import { computeOf } from './functions.ts';
import { isOperation, operandsOf } from './operands.ts';
import type { Compute, ExpressionValue } from './value.ts';

/** Evaluates an expression over a row: the fields of an event, or the features of a table's row. */
export type Evaluate<Row> = (row: Row) => ExpressionValue;

/**
 * Compiles an expression. A null operand makes the result null, except in `is_null`, `coalesce`, `when`, and
 * `and` and `or`, which treat a null as SQL does. A number that is not finite is null.
 *
 * @param reading gives the function that reads a name from a row.
 * @param momentOf reads the moment that a row is about. Omitted: the expression must not read it.
 */
export function compileExpression<Row>(
  expression: Expression,
  reading: (name: string) => Evaluate<Row>,
  momentOf?: Evaluate<Row>,
): Evaluate<Row> {
  if (typeof expression === 'string') return reading(expression);
  if (!isOperation(expression)) {
    const value = typeof expression === 'object' ? expression.text : expression;
    return () => value;
  }
  if (expression.op === 'moment') return momentOf ?? refuseMoment();
  return compileOperation(
    expression,
    operandsOf(expression).map((operand) => compileExpression(operand, reading, momentOf)),
  );
}

/** Definitions are checked before they get here. */
function refuseMoment(): never {
  throw new TypeError('an expression reads the moment of a row that has none');
}

function compileOperation<Row>(
  operation: Exclude<Operation, { readonly op: 'moment' }>,
  operands: readonly Evaluate<Row>[],
): Evaluate<Row> {
  const { op } = operation;
  if (op === 'and') return joined(operands, false);
  if (op === 'or') return joined(operands, true);
  if (op === 'coalesce') return firstOf(operands);
  if (op === 'when') return chosen(operands);
  if (op === 'is_null') return (row) => operands[0]!(row) === null;
  if (op === 'not') return strict(operands, ([truth]) => !(truth as boolean));
  if (op === 'in') {
    const values = new Set<ExpressionValue>(operation.values);
    return strict(operands, ([value]) => values.has(value!));
  }
  return strict(operands, computeOf(op, 'zone' in operation ? operation.zone : undefined));
}

function strict<Row>(operands: readonly Evaluate<Row>[], compute: Compute): Evaluate<Row> {
  return (row) => {
    const values: ExpressionValue[] = [];
    for (const operand of operands) {
      const value = operand(row);
      if (value === null) return null;
      values.push(value);
    }
    return compute(values);
  };
}

/** One operand that is `decisive` decides. Otherwise a null makes the result null. */
function joined<Row>(operands: readonly Evaluate<Row>[], decisive: boolean): Evaluate<Row> {
  return (row) => {
    let result: boolean | null = !decisive;
    for (const operand of operands) {
      const truth = operand(row);
      if (truth === decisive) return decisive;
      if (truth === null) result = null;
    }
    return result;
  };
}

function firstOf<Row>(operands: readonly Evaluate<Row>[]): Evaluate<Row> {
  return (row) => {
    for (const operand of operands) {
      const value = operand(row);
      if (value !== null) return value;
    }
    return null;
  };
}

/** The second operand where the first is true, otherwise the third, or null if there is none. */
function chosen<Row>([condition, then, otherwise]: readonly Evaluate<Row>[]): Evaluate<Row> {
  return (row) => (condition!(row) === true ? then!(row) : (otherwise?.(row) ?? null));
}
