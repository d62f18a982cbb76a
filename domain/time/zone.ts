import { Temporal } from 'temporal-polyfill';
import { type Instant, floorTo } from './instant.ts';

const MICROS_PER_MINUTE = 60_000_000n;
const MILLIS_PER_MINUTE = 60_000;
/** Since then, zones change their offsets at whole minutes only. */
const WHOLE_MINUTES_FROM = Date.UTC(1973, 0);
/** The offsets that are remembered of a zone. */
const MOST_MINUTES = 10_000;

/** Whether the text names a time zone, such as `Europe/Paris` or `UTC`. */
export function isZone(name: string): boolean {
  try {
    return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name).timeZoneId !== '';
  } catch {
    return false;
  }
}

/** The name of a zone as its list has it, such as `Europe/Paris` for `europe/paris`. Undefined for no zone. */
export function zoneName(text: string): string | undefined {
  return isZone(text) && /^[a-z]/i.test(text)
    ? Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(text).timeZoneId
    : undefined;
}

/** What clocks of a zone show, whole milliseconds, as microseconds of a clock in UTC that shows the same. */
export function localTimeAt(zone: string, moment: Instant): Instant {
  const shown = Temporal.Instant.fromEpochMilliseconds(Number(moment / 1_000n)).toZonedDateTimeISO(zone);
  return BigInt(shown.toPlainDateTime().toZonedDateTime('UTC').epochMilliseconds) * 1_000n;
}

/** The greatest distance from 1970 at which there are calendars, in milliseconds. */
const MOST_MILLIS = 8_640_000_000_000_000n;
const MICROS_PER_MILLI = 1_000n;

/**
 * What clocks of a zone show at a moment, as microseconds of a clock in UTC that shows the same. Undefined
 * more than about 270,000 years away from 1970, where there are no calendars.
 */
export function clockIn(zone: string): (moment: Instant) => Instant | undefined {
  const shifts = new Map<bigint, bigint>();
  const shiftFrom = (moment: Instant): bigint => localTimeAt(zone, moment) - moment;
  return (moment) => {
    const millis = floorTo(moment, MICROS_PER_MILLI) / MICROS_PER_MILLI;
    if (millis >= MOST_MILLIS || millis <= -MOST_MILLIS) return undefined;
    if (zone === 'UTC') return moment;
    if (millis < WHOLE_MINUTES_FROM) return moment + shiftFrom(millis * MICROS_PER_MILLI);
    const minute = moment / MICROS_PER_MINUTE;
    const known = shifts.get(minute);
    if (known !== undefined) return moment + known;
    const shift = shiftFrom(minute * MICROS_PER_MINUTE);
    if (shifts.size >= MOST_MINUTES) shifts.clear();
    shifts.set(minute, shift);
    return moment + shift;
  };
}

/** The last moment at which clocks of a zone show a time. {@link localTimeIn} gives the first. */
export function lastMomentAt(zone: string, local: Instant): Instant {
  const shown = Temporal.Instant.fromEpochMilliseconds(Number(local / 1_000n)).toZonedDateTimeISO('UTC');
  const last = shown.toPlainDateTime().toZonedDateTime(zone, { disambiguation: 'later' });
  return BigInt(last.epochMilliseconds) * 1_000n;
}

/** Converts what clocks show in a zone, as microseconds of a clock in UTC that shows the same. */
export type LocalTime = (local: Instant) => Instant;

/**
 * The moments at which clocks of a zone show a time. A time that clocks show twice, since they were put back,
 * is the earlier moment. A time that they skip, since they were put forward, is as much after the change as
 * it is after the last time before it (`compatible` of ECMAScript's Temporal).
 */
export function localTimeIn(zone: string): LocalTime {
  const shifts = new Map<bigint, bigint>();
  return (local) => {
    const minute = local / MICROS_PER_MINUTE;
    const known = shifts.get(minute);
    if (known !== undefined) return local + known;
    const millis = Number(minute) * MILLIS_PER_MINUTE;
    if (millis < WHOLE_MINUTES_FROM) return local + shiftAt(zone, Number(local / 1_000n));
    const shift = shiftAt(zone, millis);
    if (shifts.size >= MOST_MINUTES) shifts.clear();
    shifts.set(minute, shift);
    return local + shift;
  };
}

/** From a local time to its moment, in microseconds. */
function shiftAt(zone: string, localMillis: number): bigint {
  const local = Temporal.Instant.fromEpochMilliseconds(localMillis).toZonedDateTimeISO('UTC');
  const moment = local.toPlainDateTime().toZonedDateTime(zone).epochMilliseconds;
  return BigInt(moment - localMillis) * 1_000n;
}
