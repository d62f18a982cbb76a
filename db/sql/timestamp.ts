import { type Instant, formatInstant } from '../../domain/time/instant.ts';

/** A moment in the text form that Postgres reads. Postgres writes years before 1 with `BC`. */
export function toTimestamptz(instant: Instant): string {
  const iso = formatInstant(instant);
  if (/^[1-9]/.test(iso)) return iso;
  const year = Number(/^([+-]?\d+)-/.exec(iso)![1]);
  return year > 0
    ? iso.replace(/^\+0*/, '')
    : `${iso.replace(/^-?\d+/, String(1 - year).padStart(4, '0'))} BC`;
}

/** An SQL expression for a timestamptz column in whole microseconds since 1970, exact. */
export function microsExpression(column: string): string {
  return `(extract(epoch FROM ${column}) * 1000000)::bigint`;
}

/** A value as a query parameter: moments as text, other values unchanged. */
export function toParameter<Value>(value: Value): Exclude<Value, bigint> | string {
  return typeof value === 'bigint' ? toTimestamptz(value) : (value as Exclude<Value, bigint>);
}
