/** A time is in microseconds since 1970. */
export type OracleOperand = string | number | boolean | bigint | null | readonly number[];

/** A name, a value, or an operation, as the registry has them. */
export type OracleExpression = string | number | boolean | { readonly text: string } | OracleOperation;

interface OracleOperation {
  readonly op: string;
  readonly of?: OracleExpression | readonly OracleExpression[];
  readonly field?: OracleExpression;
  readonly value?: string | number | boolean;
  readonly values?: readonly (string | number | boolean)[];
  readonly zone?: string | undefined;
}

/**
 * What an expression gives where `valueOf` gives the values of names, and a row is about `moment`: from the meaning of
 * each operation alone.
 */
export function expressionValue(
  expression: OracleExpression,
  valueOf: (name: string) => OracleOperand,
  moment?: bigint,
): OracleOperand {
  if (typeof expression === 'string') return valueOf(expression);
  if (typeof expression !== 'object') return expression;
  if ('text' in expression) return expression.text;
  const { op, of, field, value, values = [], zone = 'UTC' } = expression;
  if (op === 'moment') return moment!;
  const given = of === undefined ? [field!] : [of].flat();
  const operands = given.map((one) => expressionValue(one, valueOf, moment));
  const [a, b, c] = operands as [OracleOperand, OracleOperand, OracleOperand];
  if (op === 'and') return operands.includes(false) ? false : operands.includes(null) ? null : true;
  if (op === 'or') return operands.includes(true) ? true : operands.includes(null) ? null : false;
  if (op === 'is_null') return a === null;
  if (op === 'coalesce') return operands.find((operand) => operand !== null) ?? null;
  if (op === 'when') return a === true ? b : (c ?? null);
  if (operands.includes(null)) return null;
  if (op === 'not') return a === false;
  if (op === 'in') return values.some((one) => one === a);
  if (op === 'equals') return value === undefined ? a === b : a === value;
  const result = strictValue(op, operands as Exclude<OracleOperand, null>[], zone);
  if (typeof result !== 'number') return result;
  if (result === 0) return 0;
  return Number.isFinite(result) ? result : null;
}

function strictValue(
  op: string,
  operands: readonly Exclude<OracleOperand, null>[],
  zone: string,
): OracleOperand {
  const [a, b, c] = operands as [number, number, number];
  const [text, other] = operands as [string, string];
  const numbers = operands as number[];
  switch (op) {
    case 'add':
      return numbers.reduce((sum, one) => sum + one);
    case 'subtract':
      return numbers.reduce((left, one) => left - one);
    case 'multiply':
      return numbers.reduce((product, one) => product * one);
    case 'divide':
      return numbers.reduce((left, one) => (one === 0 ? 0 : left / one));
    case 'quotient':
      return a / b;
    case 'abs':
      return a < 0 ? -a : a;
    case 'log':
      return Math.log(a);
    case 'exp':
      return Math.exp(a);
    case 'sqrt':
      return Math.sqrt(a);
    case 'round':
      return Math.trunc(a) + (Math.abs(a - Math.trunc(a)) >= 0.5 ? Math.sign(a) : 0);
    case 'floor':
      return a < Math.trunc(a) ? Math.trunc(a) - 1 : Math.trunc(a);
    case 'clip':
      return [a < b ? b : a].map((raised) => (raised > c ? c : raised))[0]!;
    case 'less':
      return a < b;
    case 'at_most':
      return a < b || a === b;
    case 'greater':
      return b < a;
    case 'at_least':
      return b < a || a === b;
    case 'lower':
      return [...text].map((letter) => letter.toLowerCase()).join('');
    case 'length':
      return Array.from(text).length;
    case 'starts_with':
      return text.slice(0, other.length) === other;
    case 'contains':
      return text.split(other).length > 1 || other === '';
    case 'concat':
      return operands.reduce((whole, part) => `${String(whole)}${String(part)}`, '');
    case 'hour_of_day':
      return Number(shown(operands[0] as bigint, zone, { hour: '2-digit', hourCycle: 'h23' }));
    case 'day_of_week':
      return WEEKDAYS.indexOf(shown(operands[0] as bigint, zone, { weekday: 'short' })) + 1;
    case 'seconds_between':
      return Number((operands[1] as bigint) - (operands[0] as bigint)) / 1e6;
    case 'to_number':
      return typeof operands[0] === 'boolean'
        ? operands[0]
          ? 1
          : 0
        : numberOf(operands[0] as string | number);
    case 'to_text':
      return String(operands[0]);
    case 'to_time':
      return a >= -62_167_219_200 && a < 253_402_300_800 ? BigInt(Math.round(a * 1e6)) : null;
    default:
      throw new Error(`the oracle does not know ${op}`);
  }
}

function numberOf(value: string | number): number | null {
  if (typeof value === 'number') return value;
  return /^[-+.e0-9]+$/i.test(value) && !Number.isNaN(Number(value)) ? Number(value) : null;
}

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** What a clock or calendar in a zone shows. */
function shown(micros: bigint, zone: string, options: Intl.DateTimeFormatOptions): string {
  const millis = micros / 1000n - (micros % 1000n < 0n ? 1n : 0n);
  return new Intl.DateTimeFormat('en-GB', { timeZone: zone, ...options }).format(Number(millis));
}
