import type { Operator } from '../../../domain/registry/expression.ts';
import { type Operand, type ReadsOf, type TypedExpression, operandJson } from './typed-expression.ts';

/** The name of a field, or an expression that gives a time. */
type TimeOperand = Operand<'time'>;

/**
 * The moment of the answer where an endpoint serves a request feature; in a training set, the observation timestamp
 * of the row.
 * @example secondsBetween(toTime('last_purchase_at'), now())
 */
export function now(): TypedExpression<'time', readonly ['now()', 'time']> {
  return { expression: { op: 'moment' } };
}

/**
 * The logical time of a batch table's row.
 * @example secondsBetween('signed_up_at', logicalTime())
 */
export function logicalTime(): TypedExpression<'time', readonly ['logicalTime()', 'time']> {
  return { expression: { op: 'moment' } };
}

/**
 * The hour, 0 to 23, that clocks of the zone show at a time. Default of the zone: UTC.
 * @example hourOfDay('event_ts', 'Europe/Paris')
 */
export const hourOfDay = clock('hour_of_day');

/**
 * The day of the week in the zone at a time: 1 is Monday, 7 is Sunday. Default of the zone: UTC.
 * @example dayOfWeek('event_ts')
 */
export const dayOfWeek = clock('day_of_week');

/**
 * The seconds, with their fraction, from one time to another. Less than 0 if the second is the earlier one.
 * @example secondsBetween('event_ts', 'shipped_at')
 */
export function secondsBetween<const From extends TimeOperand, const To extends TimeOperand>(
  from: From,
  to: To,
): TypedExpression<'number', ReadsOf<From | To, 'time'>> {
  return { expression: { op: 'seconds_between', of: [operandJson(from), operandJson(to)] } };
}

function clock(op: Operator) {
  return <const Time extends TimeOperand>(
    time: Time,
    zone?: string,
  ): TypedExpression<'number', ReadsOf<Time, 'time'>> => ({
    expression: { op, of: [operandJson(time)], ...(zone === undefined ? {} : { zone }) },
  });
}
