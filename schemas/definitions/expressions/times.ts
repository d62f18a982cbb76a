import type { Operator } from '../../../domain/registry/expression.ts';
import type { TypedExpression } from './typed-expression.ts';

/** The hour, 0 to 23, that clocks of the zone show at the time of a field. Default: UTC. */
export const hourOfDay = clock('hour_of_day');

/** The day of the week in the zone at the time of a field: 1 is Monday, 7 is Sunday. Default: UTC. */
export const dayOfWeek = clock('day_of_week');

/** The seconds from the time of a field to that of another. Less than 0 if the second is the earlier one. */
export function secondsBetween<const From extends string, const To extends string>(
  from: From,
  to: To,
): TypedExpression<'number', readonly [From, 'time'] | readonly [To, 'time']> {
  return { expression: { op: 'seconds_between', of: [from, to] } };
}

function clock(op: Operator) {
  return <const Time extends string>(
    time: Time,
    zone?: string,
  ): TypedExpression<'number', readonly [Time, 'time']> => ({
    expression: { op, of: [time], ...(zone === undefined ? {} : { zone }) },
  });
}
