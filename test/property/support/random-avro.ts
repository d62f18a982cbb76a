import type { Schema } from 'avsc';
import fc from 'fast-check';

/** A value as Avro holds it, and as JSON writes it. */
export interface Sample {
  readonly avro: unknown;
  readonly json: string;
}

/** A type of Avro, and its values. */
interface Kind {
  readonly schema: Schema;
  /** The name of the type as a branch of a union. */
  readonly branch: string;
  readonly samples: fc.Arbitrary<Sample>;
}

/** A schema with one of its values. */
export interface Written extends Sample {
  readonly schema: Schema;
}

function kind<Value>(
  schema: Schema,
  values: fc.Arbitrary<Value>,
  json: (value: Value) => string,
  avro: (value: Value) => unknown = (value) => value,
): Kind {
  const { type: branch = schema, name = branch } = schema as {
    readonly type?: string;
    readonly name?: string;
  };
  return {
    schema,
    branch: name as string,
    samples: values.map((value) => ({ avro: avro(value), json: json(value) })),
  };
}

/** A number that may have a fraction: whole ones have one of 0. */
function fractional(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const text = Object.is(value, -0) ? '-0' : String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

const nearEpochs = fc.oneof(
  fc.constantFrom(0n, 1_780_304_400n, 1_780_304_400_123n, 1_780_304_400_123_456n, 2n ** 53n, 2n ** 53n + 1n),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
);

let names = 0;
const fresh = (): string => `Named${(names += 1)}`;

function decimalText(unscaled: bigint, scale: number): string {
  if (scale === 0) return String(unscaled);
  const digits = String(unscaled)
    .replace('-', '')
    .padStart(scale + 1, '0');
  return `${unscaled < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** The shortest two's complement, or one of `size` bytes. */
function twosComplement(value: bigint, size?: number): Buffer {
  let bytes = size ?? 1;
  while (BigInt.asIntN(bytes * 8, value) !== value) bytes += 1;
  return Buffer.from(
    BigInt.asUintN(bytes * 8, value)
      .toString(16)
      .padStart(bytes * 2, '0'),
    'hex',
  );
}

const decimals = fc.tuple(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.nat(6));

const scalars: fc.Arbitrary<Kind> = fc.oneof(
  fc.constant(kind('null', fc.constant(null), String)),
  fc.constant(kind('boolean', fc.boolean(), String)),
  fc.constant(kind('int', fc.integer(), String)),
  fc.constant(kind('long', nearEpochs, String)),
  fc.constant(kind('double', fc.double(), fractional)),
  fc.constant(kind('float', fc.float(), fractional)),
  fc.constant(
    kind(
      'string',
      fc.oneof(fc.string(), fc.constantFrom('', '7', '12.5', '2026-06-01', 'true')),
      JSON.stringify,
    ),
  ),
  fc.constant(kind({ type: 'string', logicalType: 'uuid' }, fc.uuid(), JSON.stringify)),
  fc.constant(
    kind({ type: 'int', logicalType: 'date' }, fc.integer({ min: -200_000, max: 2_000_000 }), (days) =>
      JSON.stringify(new Date(days * 86_400_000).toISOString().slice(0, 10)),
    ),
  ),
  decimals.map(([, scale]) =>
    kind(
      { type: 'bytes', logicalType: 'decimal', precision: 30, scale },
      decimals,
      ([unscaled]) => decimalText(unscaled, scale),
      ([unscaled]) => twosComplement(unscaled),
    ),
  ),
  fc.nat(4).map((scale) =>
    kind(
      { type: 'fixed', name: fresh(), size: 12, logicalType: 'decimal', precision: 20, scale },
      decimals,
      ([unscaled]) => decimalText(unscaled, scale),
      ([unscaled]) => twosComplement(unscaled, 12),
    ),
  ),
  fc
    .constantFrom(0)
    .map(() =>
      kind(
        { type: 'enum', name: fresh(), symbols: ['RED', 'GREEN', 'true'] },
        fc.constantFrom('RED', 'GREEN', 'true'),
        JSON.stringify,
      ),
    ),
);

const { nested } = fc.letrec<{ nested: Kind }>((tie) => ({
  nested: fc.oneof(
    { depthSize: 'small' },
    { arbitrary: scalars, weight: 4 },
    { arbitrary: fc.tuple(tie('nested'), tie('nested')).map(([a, b]) => unionOf(a, b)), weight: 2 },
    tie('nested').map(listOf),
    tie('nested').map(mapOf),
    fc.tuple(tie('nested'), tie('nested')).map(([a, b]) => recordOf({ a, b })),
  ),
}));

/** Null and a type, or two types; a union has no union in it, and no type twice. */
function unionOf(a: Kind, b: Kind): Kind {
  const isPlain = !Array.isArray(a.schema) && !Array.isArray(b.schema) && a.branch !== b.branch;
  if (!isPlain) return a;
  const branches = [a, b];
  return {
    schema: branches.map(({ schema }) => schema) as Schema,
    branch: '',
    samples: fc
      .constantFrom(...branches)
      .chain(({ branch, samples }) =>
        samples.map(({ avro, json }) => ({ avro: avro === null ? null : { [branch]: avro }, json })),
      ),
  };
}

function listOf({ schema, samples }: Kind): Kind {
  return {
    schema: { type: 'array', items: schema },
    branch: 'array',
    samples: fc.array(samples, { maxLength: 3 }).map((items) => ({
      avro: items.map(({ avro }) => avro),
      json: `[${items.map(({ json }) => json).join()}]`,
    })),
  };
}

function mapOf({ schema, samples }: Kind): Kind {
  return {
    schema: { type: 'map', values: schema },
    branch: 'map',
    samples: fc.dictionary(fc.constantFrom('a', 'b', 'ü.x'), samples).map(written),
  };
}

function recordOf(fields: Readonly<Record<string, Kind>>): Kind {
  const name = fresh();
  return {
    schema: {
      type: 'record',
      name,
      fields: Object.entries(fields).map(([field, { schema }]) => ({ name: field, type: schema })),
    },
    branch: name,
    samples: fc
      .record(Object.fromEntries(Object.entries(fields).map(([field, { samples }]) => [field, samples])))
      .map(written),
  };
}

function written(members: Readonly<Record<string, Sample>>): Sample {
  const entries = Object.entries(members);
  return {
    avro: Object.fromEntries(entries.map(([name, { avro }]) => [name, avro])),
    json: `{${entries.map(([name, { json }]) => `${JSON.stringify(name)}:${json}`).join()}}`,
  };
}

/** Records with a user, a time, and a member `f` of any type. */
export const avroRecords: fc.Arbitrary<Written> = nested.chain((f) => {
  const user_id = kind('string', fc.constant('u_1'), JSON.stringify);
  const event_ts = kind(
    { type: 'long', logicalType: 'timestamp-micros' },
    fc.constant(1_780_304_400_123_456n),
    () => '"2026-06-01T09:00:00.123456Z"',
  );
  const { schema, samples } = recordOf({ user_id, event_ts, f });
  return samples.map((sample) => ({ schema, ...sample }));
});
