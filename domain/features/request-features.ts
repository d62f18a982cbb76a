import { compileExpression } from '../expressions/compile-expression.ts';
import type { ExpressionValue } from '../expressions/value.ts';
import type { DerivedFeature, RequestTime } from '../registry/definition.ts';
import type { Instant } from '../time/instant.ts';
import { derivationOrder } from './derivation-order.ts';

/** What the request features of one request, or of one row of a spine, are computed from. */
export interface RequestRow {
  /** The looked-up features and the request fields, by name; the request features are added. */
  readonly values: Record<string, ExpressionValue>;
  /** What `now()` is. */
  readonly moment: Instant;
}

/**
 * Compiles request features to the one function that computes them in training and in serving. It adds their values to
 * a row. A request feature that the row has already, given by the caller, stays as it is, and others read it.
 */
export function compileRequestFeatures(features: readonly DerivedFeature[]): (row: RequestRow) => void {
  const computed = derivationOrder(features).order.map(({ name, expression }) => ({
    name,
    evaluate: compileExpression<RequestRow>(
      expression,
      (read) => (row) => finite(row.values[read]!),
      (row) => row.moment,
    ),
  }));
  return (row) => {
    for (const { name, evaluate } of computed)
      if (!Object.hasOwn(row.values, name)) row.values[name] = evaluate(row);
  };
}

/** A number that is not finite is null, as the result of an operation is. */
function finite(value: ExpressionValue): ExpressionValue {
  return typeof value === 'number' && !Number.isFinite(value) ? null : value;
}

/** What a definition computes of a request, alone. */
export function requestTimeOf({ requestFields, requestFeatures }: RequestTime): RequestTime {
  return { ...(requestFields && { requestFields }), ...(requestFeatures && { requestFeatures }) };
}
