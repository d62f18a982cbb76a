import { type Instant, formatInstant } from '../../domain/time/instant.ts';

/** A moment as Postgres reads it, which writes years before 1 as `BC`. */
export function toTimestamptz(instant: Instant): string {
  const iso = formatInstant(instant);
  if (/^[1-9]/.test(iso)) return iso;
  const year = Number(/^([+-]?\d+)-/.exec(iso)![1]);
  return year > 0
    ? iso.replace(/^\+0*/, '')
    : `${iso.replace(/^-?\d+/, String(1 - year).padStart(4, '0'))} BC`;
}

/** An SQL expression that gives a timestamptz column as whole microseconds, exactly. */
export function microsExpression(column: string): string {
  return `(extract(epoch FROM ${column}) * 1000000)::bigint`;
}

/** A value as a parameter of a query: moments as text. */
export function toParameter<Value>(value: Value): Exclude<Value, bigint> | string {
  return typeof value === 'bigint' ? toTimestamptz(value) : (value as Exclude<Value, bigint>);
}
