import avsc, { type Schema, type Type } from 'avsc';
import { decimalBytes, scaledDecimal } from '../../domain/log/fields/decimal-bytes.ts';
import { NumberToken } from '../../domain/log/json/exact-json.ts';
import { fromEpoch } from '../../domain/time/epoch.ts';
import { formatInstant } from '../../domain/time/instant.ts';

/** A decimal with a greater scale is read as bytes. */
const MOST_SCALE = 1_000;
const SECONDS_OF_DAY = 86_400;
const DAY_LENGTH = '2026-01-31'.length;
const UUID_BYTES = 16;

/** Days since 1970, as text such as `2026-01-31`. */
class DateType extends avsc.types.LogicalType {
  constructor(schema: Schema, options?: unknown) {
    super(schema, options);
    expectType(this.underlyingType, 'int');
  }

  protected override _fromValue(days: number): unknown {
    const midnight = fromEpoch(String(days * SECONDS_OF_DAY), 'seconds');
    return midnight === undefined ? days : formatInstant(midnight).slice(0, DAY_LENGTH);
  }
}

/** Bytes that are a decimal, as the number that they are. */
class DecimalType extends avsc.types.LogicalType {
  readonly #scale: number;

  constructor(schema: Schema, options?: unknown) {
    super(schema, options);
    expectType(this.underlyingType, 'bytes', 'fixed');
    this.#scale = (schema as { readonly scale?: number }).scale ?? 0;
    if (!Number.isInteger(this.#scale) || this.#scale < 0 || this.#scale > MOST_SCALE)
      throw new Error(`scale ${this.#scale}`);
  }

  protected override _fromValue(bytes: Buffer): unknown {
    const digits = decimalBytes(bytes);
    return digits ? new NumberToken(scaledDecimal(digits, this.#scale)) : bytes;
  }
}

/** Sixteen bytes, as the text that a UUID is. In Avro it may be that text, too. */
class UuidType extends avsc.types.LogicalType {
  constructor(schema: Schema, options?: unknown) {
    super(schema, options);
    expectType(this.underlyingType, 'fixed', 'string');
  }

  protected override _fromValue(value: Buffer | string): unknown {
    if (typeof value === 'string' || value.length !== UUID_BYTES) return value;
    return value.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  }
}

/** As Avro asks, a logical type of a type that it does not go with is left out. */
function expectType(type: Type, ...names: readonly string[]): void {
  if (!names.includes(type.typeName)) throw new Error(`expected ${names.join(' or ')}, got ${type.typeName}`);
}

/** The logical types of anything but a long that are read as something else. Others stay what they are. */
export const LOGICAL_TYPES = { date: DateType, decimal: DecimalType, uuid: UuidType };
