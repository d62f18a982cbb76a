import { quoted } from '../../../domain/errors/quoted.ts';
import type { ValueType } from '../../../domain/expressions/value.ts';
import { isStorable, plainDecimal } from '../../../domain/log/fields/read-value.ts';
import type { Scalar } from '../../../domain/registry/expression.ts';
import { isDayText } from '../../../domain/time/calendar.ts';

/** What a value stands beside in an operation. */
export interface Beside {
  /** In words, such as `'revenue' is a double`. */
  readonly subject: string;
  readonly type: ValueType;
  /** What happens to the subject, such as `is compared with`. */
  readonly verb: string;
  /** Whether only whole numbers can be equal to it. */
  readonly isWhole: boolean;
}

/** The JavaScript types of values. There are none of times. */
const WRITTEN_AS: Record<Exclude<ValueType, 'list'>, 'string' | 'number' | 'boolean' | null> = {
  text: 'string',
  number: 'number',
  boolean: 'boolean',
  time: null,
  decimal: 'string',
  date: 'string',
};

/** A value of another type than what it stands beside, or one that this never has. */
export function literalProblems(value: Scalar, { subject, type, verb, isWhole }: Beside): string[] {
  if (typeof value === 'string' && !isStorable(value)) return [unstorable(value)];
  if (type === 'list') return [`${subject}; only isNull takes such a field`];
  const expected = WRITTEN_AS[type];
  if (expected === null) return [`${subject}, and ${verb} ${quoted(value)}; expected another time`];
  if (typeof value !== expected) return [`${subject}, and ${verb} ${quoted(value)}; expected a ${expected}`];
  const held = heldAs(type, value, isWhole);
  if (held === value) return [];
  const advice = held === undefined ? '' : `; write ${quoted(held)}`;
  return [`${subject}, and is never ${quoted(value)}${advice}`];
}

/** The value as events hold it. Undefined if none can. */
function heldAs(type: ValueType, value: Scalar, isWhole: boolean): Scalar | undefined {
  if (type === 'decimal') return plainDecimal(String(value));
  if (type === 'date') return isDayText(String(value)) ? value : undefined;
  if (type !== 'number') return value;
  return (isWhole ? Number.isInteger(value) : Number.isFinite(value)) ? value : undefined;
}

/** The problem of a text that {@link isStorable} does not take. */
export function unstorable(value: string): string {
  return `the text ${quoted(value)} has a NUL character or half of a surrogate pair, which no event has`;
}
