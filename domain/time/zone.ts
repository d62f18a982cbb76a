import { Temporal } from 'temporal-polyfill';
import type { Instant } from './instant.ts';

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
