import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CopyType, CopyValues } from '../../../../db/sql/binary-copy.ts';
import { type CopyColumn, encodeRows } from '../../../../db/sql/copy-rows.ts';
import { forAll } from '../../support/for-all.ts';

const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const texts = fc.oneof(
  fc.string({ unit: 'grapheme-ascii', maxLength: 60 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom('\ud800', 'a\udc00', '\0', 'ä'.repeat(24), 'x'.repeat(300_000), '€'.repeat(200_000)),
);

/** Decimals as Postgres holds them: number of groups, weight, sign, places, and the groups of four digits. */
const NUMERICS: Readonly<Record<string, readonly number[]>> = {
  '0': [1, 0, 0, 0, 0],
  '12.5': [2, 0, 0, 1, 12, 5000],
  '-12.5': [2, 0, 0x4000, 1, 12, 5000],
  '12345': [2, 1, 0, 0, 1, 2345],
  '0.0001': [2, 0, 0, 4, 0, 1],
  '0.00001': [3, 0, 0, 5, 0, 0, 1000],
  '99999999.9999': [3, 1, 0, 4, 9999, 9999, 9999],
};

const valuesOf: { readonly [Type in CopyType]: fc.Arbitrary<CopyValues[Type]> } = {
  text: texts,
  'text[]': fc.array(texts, { maxLength: 3 }),
  'double precision[]': fc.array(fc.double(), { maxLength: 3 }),
  'bigint[]': fc.array(fc.maxSafeInteger(), { maxLength: 3 }),
  'boolean[]': fc.array(fc.boolean(), { maxLength: 3 }),
  json: texts,
  boolean: fc.boolean(),
  integer: fc.integer(),
  bigint: fc.oneof(int64, int64.map(String), fc.maxSafeInteger(), fc.integer(), fc.constantFrom(-0, 2 ** 53)),
  'double precision': fc.double(),
  timestamptz: fc.bigInt({ min: -(2n ** 60n), max: 2n ** 60n }),
  jsonb: texts,
  numeric: fc.constantFrom(...Object.keys(NUMERICS)),
  date: fc
    .date({ min: new Date(-62e12), max: new Date(253e12), noInvalidDate: true })
    .map((day) => day.toISOString().slice(0, 10)),
};
const types = Object.keys(valuesOf) as CopyType[];

const relations: fc.Arbitrary<Relation> = fc
  .array(fc.constantFrom(...types), { minLength: 1, maxLength: 8 })
  .chain((columns) => {
    const row = fc.tuple(...columns.map((type) => fc.option<Value>(valuesOf[type], { freq: 8 })));
    return fc.record({ types: fc.constant(columns), rows: fc.array(row, { maxLength: 6 }) });
  });

test('rows are encoded in the binary format of COPY', () => {
  forAll(relations, (relation) => {
    expect(encoded(relation).equals(binaryFormat(relation))).toBe(true);
  });
});

test('rows that are larger than one chunk are encoded in the binary format of COPY', () => {
  const rows = Array.from({ length: 40_000 }, (_, index) => [`user ${index}`, BigInt(index), null]);
  const relation: Relation = { types: ['text', 'timestamptz', 'boolean'], rows };
  expect(encoded(relation).equals(binaryFormat(relation))).toBe(true);
});

function encoded({ types, rows }: Relation): Buffer {
  const columns = types.map((type, index): CopyColumn<readonly Value[]> => ({
    name: `column_${index}`,
    type,
    of: (row) => row[index]!,
  }));
  return Buffer.concat([...encodeRows(columns, rows)]);
}

/** The binary format as the Postgres manual describes it, field by field. */
function binaryFormat({ types, rows }: Relation): Buffer {
  const header = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
  const tuples = rows.flatMap((row) => [
    int16(types.length),
    ...types.map((type, index) => field(type, row[index]!)),
  ]);
  return Buffer.concat([header, ...tuples, int16(-1)]);
}

function field(type: CopyType, value: Value): Buffer {
  if (value === null) return int32(-1);
  const bytes = bytesOf(type, value);
  return Buffer.concat([int32(bytes.length), bytes]);
}

function bytesOf(type: CopyType, value: NonNullable<Value>): Buffer {
  if (Array.isArray(value)) return arrayBytes(type.slice(0, -2) as CopyType, value as readonly Value[]);
  if (typeof value === 'object') throw new Error(`an array is not ${type}`);
  const eight = Buffer.alloc(8);
  if (type === 'text' || type === 'json') return Buffer.from(String(value));
  if (type === 'jsonb') return Buffer.concat([Buffer.of(1), Buffer.from(String(value))]);
  if (type === 'numeric') return Buffer.concat(NUMERICS[String(value)]!.map(int16));
  if (type === 'date') return int32((Date.parse(String(value)) - Date.UTC(2000, 0, 1)) / 86_400_000);
  if (type === 'boolean') return Buffer.of(value ? 1 : 0);
  if (type === 'integer') return int32(Number(value));
  if (type === 'double precision') eight.writeDoubleBE(Number(value));
  else if (type === 'bigint') eight.writeBigInt64BE(BigInt(value));
  else eight.writeBigInt64BE(BigInt(value) - BigInt(Date.UTC(2000, 0, 1)) * 1_000n);
  return eight;
}

/** The numbers of types in the catalogue of Postgres. */
const TYPE_NUMBERS: Partial<Record<CopyType, number>> = {
  boolean: 16,
  bigint: 20,
  text: 25,
  'double precision': 701,
};

/** One dimension with its length and its lower bound, or none; no nulls; the elements' type; the elements. */
function arrayBytes(type: CopyType, values: readonly Value[]): Buffer {
  const dimensions = values.length === 0 ? [] : [int32(values.length), int32(1)];
  const elements = values.map((value) => field(type, value));
  const head = [int32(dimensions.length / 2), int32(0), int32(TYPE_NUMBERS[type]!)];
  return Buffer.concat([...head, ...dimensions, ...elements]);
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

type Value = CopyValues[CopyType] | null;

interface Relation {
  readonly types: readonly CopyType[];
  readonly rows: readonly (readonly Value[])[];
}
