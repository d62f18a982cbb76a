import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileExpression } from '../../../../domain/expressions/compile-expression.ts';
import { isOperation, operandsOf } from '../../../../domain/expressions/operands.ts';
import { typeOfExpression, valueTypeOf } from '../../../../domain/expressions/value-type.ts';
import { type ExpressionValue, type ValueType } from '../../../../domain/expressions/value.ts';
import type { FieldType } from '../../../../domain/registry/definition.ts';
import { type Expression, OPERATORS } from '../../../../domain/registry/expression.ts';
import {
  type Scope,
  expressionProblems,
} from '../../../../schemas/definitions/expressions/expression-problems.ts';
import { operationSchema } from '../../../../schemas/definitions/expressions/expression-schema.ts';
import { type OracleOperand, expressionValue } from '../../../oracle/features/expressions.ts';
import { forAll } from '../../support/for-all.ts';
import { randomExpressions, randomNumbers, randomTexts } from '../../support/random-expressions.ts';

const FIELDS: Record<string, FieldType> = {
  n: 'double',
  m: 'double',
  t: 'string',
  u: 'string',
  p: 'boolean',
  q: 'boolean',
  at: 'timestamp',
  by: 'timestamp',
};

/** Moments around changes of clocks, before 1970 and after, and not on whole milliseconds. */
const moments = fc
  .tuple(
    fc.constantFrom(
      '2026-03-29T01:00:00Z',
      '2026-10-25T01:00:00Z',
      '1970-01-01T00:00:00Z',
      '1901-12-13T20:45:52Z',
      '0001-01-01T00:00:00Z',
      '9999-12-31T23:00:00Z',
    ),
    fc.bigInt({ min: -200_000_000_000n, max: 200_000_000_000n }),
  )
  .map(([time, off]) => BigInt(Date.parse(time)) * 1000n + off);

const rows = fc.record({
  n: fc.option(randomNumbers),
  m: fc.option(randomNumbers),
  t: fc.option(randomTexts),
  u: fc.option(randomTexts),
  p: fc.option(fc.boolean()),
  q: fc.option(fc.boolean()),
  at: fc.option(moments),
  by: fc.option(moments),
  moment: moments,
});

const expressions = randomExpressions({
  number: ['n', 'm'],
  text: ['t', 'u'],
  boolean: ['p', 'q'],
  time: ['at', 'by'],
  moment: true,
});
const anyExpression = fc.oneof(
  ...(['number', 'text', 'boolean'] as const).map((type) =>
    expressions[type].map((expression) => ({ expression, type })),
  ),
);

const JS_TYPES: Partial<Record<ValueType, string>> = { number: 'number', text: 'string', boolean: 'boolean' };

test('a random expression gives what the naive interpreter gives, of the type that it says', () => {
  forAll(fc.tuple(anyExpression, rows), ([{ expression, type }, row]) => {
    const values = row as Record<string, OracleOperand>;
    const evaluate = compileExpression(
      expression,
      (name) =>
        (one: typeof values): ExpressionValue =>
          one[name]!,
      (one) => one.moment!,
    );
    const value = evaluate(values);
    expect(value).toEqual(expressionValue(expression, (name) => values[name]!, row.moment));
    expect(typeOfExpression(expression, (name) => FIELDS[name] && valueTypeOf(FIELDS[name]))).toBe(type);
    if (value !== null) expect(typeof value).toBe(JS_TYPES[type]);
  });
});

test('random expressions have every operation', () => {
  const drawn = fc.sample(anyExpression, { seed: 2026, numRuns: 2_000 });
  const seen = new Set(drawn.flatMap(({ expression }) => operationsIn(expression)));
  expect([...seen].sort()).toEqual([...OPERATORS, 'in', 'is_null', 'moment', 'not'].sort());
});

test('a random expression of the right types has no problem, and comes out of its schema as it went in', () => {
  const scope: Scope = { typeOf: (name) => FIELDS[name], unfit: (name) => name, moment: 'now' };
  forAll(anyExpression, ({ expression, type }) => {
    const problems = expressionProblems(expression, scope, { types: [type], by: 'the test' });
    // Random bounds may be the wrong way round.
    expect(problems.filter((problem) => !problem.startsWith('clip'))).toEqual([]);
    expect(JSON.stringify(operationSchema.parse(expression))).toBe(JSON.stringify(expression));
  });
});

function operationsIn(expression: Expression): string[] {
  return isOperation(expression) ? [expression.op, ...operandsOf(expression).flatMap(operationsIn)] : [];
}
