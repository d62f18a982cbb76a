import type { Operator } from '../registry/expression.ts';
import type { Instant } from '../time/instant.ts';
import { dayOfWeek, hourOfDay, secondsBetween, timeOf } from './time-functions.ts';
import type { Compute, ExpressionValue } from './value.ts';

/** The operations that are null where an operand is. */
type StrictOperator = Exclude<Operator, 'and' | 'or' | 'coalesce' | 'when'>;

/** The function of an operation. `zone` is that of its clocks. */
export function computeOf(op: StrictOperator, zone = 'UTC'): Compute {
  if (op === 'hour_of_day') return hourOfDay(zone);
  if (op === 'day_of_week') return dayOfWeek(zone);
  return functions[op];
}

/** A number is finite or null, and −0 is 0. */
function finite(value: number): number | null {
  return Number.isFinite(value) ? value + 0 : null;
}

function ofNumbers(compute: (a: number, b: number, c: number) => number): Compute {
  return ([a, b, c]) => finite(compute(a as number, b as number, c as number));
}

/** Combines numbers from left to right. */
function combined(combine: (a: number, b: number) => number): Compute {
  return (operands) => {
    let result = operands[0] as number;
    for (let index = 1; index < operands.length; index += 1)
      result = combine(result, operands[index] as number);
    return finite(result);
  };
}

function ofTexts<Result extends ExpressionValue>(compute: (a: string, b: string) => Result): Compute {
  return ([a, b]) => compute(a as string, b as string);
}

/** Values of one type: numbers, times, or dates, which are ordered as texts. */
function compared(holds: (a: number | string | Instant, b: number | string | Instant) => boolean): Compute {
  return ([a, b]) => holds(a as number, b as number);
}

const functions: Record<Exclude<StrictOperator, 'hour_of_day' | 'day_of_week'>, Compute> = {
  add: combined((a, b) => a + b),
  subtract: combined((a, b) => a - b),
  multiply: combined((a, b) => a * b),
  divide: combined((a, b) => (b === 0 ? 0 : a / b)),
  quotient: ofNumbers((a, b) => a / b),
  abs: ofNumbers(Math.abs),
  log: ofNumbers(Math.log),
  exp: ofNumbers(Math.exp),
  sqrt: ofNumbers(Math.sqrt),
  round: ofNumbers((a) => Math.sign(a) * Math.round(Math.abs(a))),
  floor: ofNumbers(Math.floor),
  clip: ofNumbers((a, least, greatest) => Math.min(Math.max(a, least), greatest)),
  equals: ([a, b]) => a === b,
  less: compared((a, b) => a < b),
  at_most: compared((a, b) => a <= b),
  greater: compared((a, b) => a > b),
  at_least: compared((a, b) => a >= b),
  lower: ofTexts((text) => text.toLowerCase()),
  length: ofTexts(codePoints),
  starts_with: ofTexts((text, start) => text.startsWith(start)),
  contains: ofTexts((text, part) => text.includes(part)),
  concat: (operands) => operands.join(''),
  seconds_between: ([from, to]) => secondsBetween(from as Instant, to as Instant),
  to_number: ([value]) => numberOf(value as string | number | boolean),
  to_text: ([value]) => String(value),
  to_time: ([seconds]) => timeOf(seconds as number),
};

function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

function numberOf(value: string | number | boolean): number | null {
  if (typeof value !== 'string') return finite(Number(value));
  return NUMBER.test(value) ? finite(Number(value)) : null;
}
