/** The days of the Gregorian calendar, applied to all years from 0 on. */

const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
/** The days of a year before each month, without 29 February. */
const DAYS_BEFORE_MONTH = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
/** Days from 1 January 0000 to 1 January 1970. */
const DAYS_BEFORE_1970 = 719_528;

export function isDay(year: number, month: number, day: number): boolean {
  const days = month === 2 && isLeap(year) ? 29 : MONTH_DAYS[month - 1];
  return days !== undefined && day >= 1 && day <= days;
}

/** Whether a text is a day of the years 1 to 9999, as `2026-01-31`. */
export function isDayText(text: string): boolean {
  const parts = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text);
  return parts !== null && parts[1] !== '0000' && isDay(Number(parts[1]), Number(parts[2]), Number(parts[3]));
}

export function daysSince1970(year: number, month: number, day: number): number {
  // The last year whose 29 February may be in the past.
  const last = month > 2 ? year : year - 1;
  const leapDays = 1 + Math.floor(last / 4) - Math.floor(last / 100) + Math.floor(last / 400);
  return 365 * year + leapDays + DAYS_BEFORE_MONTH[month - 1]! + day - 1 - DAYS_BEFORE_1970;
}

function isLeap(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}
