import {
  DuckDBArrayType,
  DuckDBArrayValue,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBListType,
  DuckDBListValue,
  DuckDBMapType,
  DuckDBMapValue,
  DuckDBStructType,
  DuckDBStructValue,
  DuckDBTimestampMillisecondsValue,
  DuckDBTimestampNanosecondsValue,
  DuckDBTimestampSecondsValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  type DuckDBType,
  DuckDBTypeId,
  type DuckDBValue,
} from '@duckdb/node-api';
import { doubleJson } from '../../../domain/log/json/double-json.ts';
import { type Instant, formatInstant } from '../../../domain/time/instant.ts';

const UNHELD: readonly DuckDBTypeId[] = [
  DuckDBTypeId.BLOB,
  DuckDBTypeId.BIT,
  DuckDBTypeId.INTERVAL,
  DuckDBTypeId.TIME_TZ,
  DuckDBTypeId.TIME_NS,
  DuckDBTypeId.UNION,
  DuckDBTypeId.GEOMETRY,
  DuckDBTypeId.VARIANT,
];
const NESTED: readonly DuckDBTypeId[] = [
  DuckDBTypeId.LIST,
  DuckDBTypeId.ARRAY,
  DuckDBTypeId.STRUCT,
  DuckDBTypeId.MAP,
];

/** Whether the values of a type have one text each. */
export function isScalar({ typeId }: DuckDBType): boolean {
  return !NESTED.includes(typeId) && !UNHELD.includes(typeId);
}

/** Whether JSON can hold the values of a type. */
export function isHeldByJson(type: DuckDBType): boolean {
  if (type instanceof DuckDBListType || type instanceof DuckDBArrayType) return isHeldByJson(type.valueType);
  if (type instanceof DuckDBStructType) return type.entryTypes.every(isHeldByJson);
  if (type instanceof DuckDBMapType)
    return type.keyType.typeId === DuckDBTypeId.VARCHAR && isHeldByJson(type.valueType);
  return isScalar(type);
}

/**
 * A scalar as text, exactly: integers and decimals by their digits, doubles as the shortest text that reads
 * back as the same number, moments in UTC and local times in microseconds, as RFC 3339 writes them.
 */
export function valueText(value: DuckDBValue): string {
  if (value instanceof DuckDBTimestampTZValue) return moment(value.micros, value.isFinite);
  if (value instanceof DuckDBTimestampValue) return local(value.micros, value.isFinite);
  if (value instanceof DuckDBTimestampNanosecondsValue)
    return local(flooredBy(value.nanos, 1_000n), value.isFinite);
  if (value instanceof DuckDBTimestampMillisecondsValue) return local(value.millis * 1_000n, value.isFinite);
  if (value instanceof DuckDBTimestampSecondsValue) return local(value.seconds * 1_000_000n, value.isFinite);
  if (value instanceof DuckDBDateValue)
    return local(BigInt(value.days) * 86_400_000_000n, value.isFinite).split('T', 1)[0]!;
  return String(value);
}

/** A value as JSON; a double as {@link doubleJson} writes it. */
export function valueJson(value: DuckDBValue): string {
  if (value === null) return 'null';
  if (value instanceof DuckDBListValue || value instanceof DuckDBArrayValue)
    return `[${value.items.map(valueJson).join(',')}]`;
  if (value instanceof DuckDBStructValue) return objectJson(Object.entries(value.entries));
  if (value instanceof DuckDBMapValue)
    return objectJson(value.entries.map(({ key, value: held }) => [key as string, held] as const));
  if (typeof value === 'number') return doubleJson(value);
  const isToken = ['bigint', 'boolean'].includes(typeof value) || value instanceof DuckDBDecimalValue;
  return isToken ? valueText(value) : JSON.stringify(valueText(value));
}

/** Members without a value are left out. */
function objectJson(members: readonly (readonly [string, DuckDBValue])[]): string {
  const held = members.filter(([, value]) => value !== null);
  return `{${held.map(([name, value]) => `${JSON.stringify(name)}:${valueJson(value)}`).join(',')}}`;
}

/** The latest moment that has a form in ISO 8601, in microseconds. */
const LATEST = 8_640_000_000_000_000_000n;

function moment(micros: Instant, isFinite: boolean): string {
  return isFinite && -LATEST <= micros && micros <= LATEST ? formatInstant(micros) : 'infinity';
}

/** A time without a zone, which the field that takes it gives one. */
function local(micros: Instant, isFinite: boolean): string {
  return moment(micros, isFinite).replace(/Z$/, '');
}

function flooredBy(value: bigint, by: bigint): bigint {
  return (value - (((value % by) + by) % by)) / by;
}
