import avsc, { type Schema, type Type } from 'avsc';
import { NumberToken } from '../../domain/log/json/exact-json.ts';
import { type EpochUnit, fromEpoch } from '../../domain/time/epoch.ts';
import { formatInstant } from '../../domain/time/instant.ts';

/** The logical types of longs that are moments, or times of a clock without a zone. */
const UNITS = new Map<string, EpochUnit>([
  ['timestamp-millis', 'milliseconds'],
  ['timestamp-micros', 'microseconds'],
  ['timestamp-nanos', 'nanoseconds'],
]);
const LOCAL = 'local-';

/** Avro's long, which avsc refuses beyond 2^53; of a logical type, as the moment that it is. */
export function longType(schema: Schema): Type | undefined {
  const { type, logicalType } = (
    typeof schema === 'object' && !Array.isArray(schema) ? schema : { type: schema }
  ) as { readonly type: unknown; readonly logicalType?: unknown };
  if (type !== 'long') return undefined;
  const name = typeof logicalType === 'string' ? logicalType : '';
  const isLocal = name.startsWith(LOCAL);
  const unit = UNITS.get(isLocal ? name.slice(LOCAL.length) : name);
  if (unit === undefined) return readingLong(exactWhole);
  return readingLong((value) => {
    const moment = fromEpoch(String(value), unit);
    if (moment === undefined) return exactWhole(value);
    return isLocal ? formatInstant(moment).slice(0, -1) : moment;
  });
}

function exactWhole(value: bigint): number | NumberToken {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : new NumberToken(String(value));
}

function readingLong(read: (value: bigint) => unknown): Type {
  return avsc.types.LongType.__with({
    fromBuffer: (bytes: Buffer) => read(bytes.readBigInt64LE()),
    toBuffer: isOnlyRead,
    fromJSON: isOnlyRead,
    toJSON: isOnlyRead,
    isValid: isOnlyRead,
    compare: isOnlyRead,
  });
}

function isOnlyRead(): never {
  throw new Error('longs of this type are only read');
}
