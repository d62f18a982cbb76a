import fc from 'fast-check';
import type { KafkaRecord } from '../../../domain/log/kafka-record.ts';
import { rfc3339 } from './stream.ts';

/** When the records reach Kafka. */
export const ARRIVAL = BigInt(Date.parse('2026-06-01T09:10:00Z')) * 1000n;
const YEARS = 365n * 86_400_000_000n;

/** A member of records: its name, and the JSON texts that it takes; undefined: it is missing. */
interface Member {
  readonly name: string;
  readonly values: fc.Arbitrary<string | undefined>;
}

/** The times of events that are neither ahead of their arrival nor decades behind it. */
const times = fc.bigInt({ min: ARRIVAL - 15n * YEARS, max: ARRIVAL });

const ids = fc.oneof(
  fc.constantFrom('"u_1"', '"u_2"', '"é"', '"007"', '"17850"'),
  fc.integer({ min: -5, max: 90_000 }).map(String),
  fc.constantFrom('1823456789012345678', '1823456789012345679'),
);

const timeKinds: readonly fc.Arbitrary<string>[] = [
  times.map((time) => `"${rfc3339(time)}"`),
  times.map((time) => `"${rfc3339(time).slice(0, 10)}"`),
  times.map((time) => `"${rfc3339(time).replace('T', ' ').slice(0, 19)}"`),
  times.map((time) => String(time / 1_000_000n)),
  times.map((time) => String(time / 1_000n)),
  times.map((time) => `"${time / 1_000n}"`),
  times.map((time) => String(time)),
];

/** Kinds of values. Those of one kind are read alike. */
const kinds: readonly fc.Arbitrary<string>[] = [
  ids,
  fc.constantFrom('"u_1"', '"u_2"', '"Order Completed"', '""', '"null"'),
  fc.integer({ min: -1_000, max: 1_000_000 }).map(String),
  fc.double({ min: -1e6, max: 1e6, noNaN: true }).map(String),
  fc.constantFrom('"12.50"', '"7"', '"-1e3"', '""', '"null"'),
  fc.constantFrom('true', 'false'),
  fc.constantFrom('"True"', '"false"'),
  fc.constantFrom('NaN', '-Infinity', '1.5'),
  fc.constantFrom('[]', '[1,2]', '[{"sku":"a"}]', '{}'),
  fc.constant('null'),
  ...timeKinds,
];

/** Names that say what stands there, and names that do not. */
const telling = fc.constantFrom('userId', 'user', 'event_ts', 'timestamp', 'createdAt', 'sentAt', 'id');
const others = fc.oneof(
  fc.constantFrom(
    'a.b',
    'x[0]',
    '',
    '__proto__',
    'constructor',
    'Größe',
    'kafka_ts',
    'ctid',
    'class',
    "it's",
  ),
  fc.constantFrom('feature_ts', '0', '*/', '\u2028', 'line\nbreak', '$schema', 'HTTPStatus', 'x'.repeat(80)),
  fc.constantFrom('type', 'amount', 'isMember'),
  fc.string({ maxLength: 4 }).map((text) => `_${text}`),
);

function members(depth: number, names: fc.Arbitrary<string>): fc.Arbitrary<Member[]> {
  const scalar = fc.constantFrom(...kinds);
  const mixed = fc
    .tuple(scalar, scalar)
    .map(([some, others]) => fc.oneof({ arbitrary: some, weight: 5 }, others));
  const nested = depth === 0 ? scalar : members(depth - 1, names).map(objectOf);
  const values = fc.oneof(
    { arbitrary: scalar, weight: 6 },
    { arbitrary: mixed, weight: 1 },
    { arbitrary: nested, weight: 2 },
  );
  const presence = fc.constantFrom(100, 100, 90, 40);
  return fc
    .uniqueArray(fc.tuple(names, values, presence), { maxLength: 6, selector: ([name]) => name })
    .map((drawn) =>
      drawn.map(([name, some, weight]) => ({
        name,
        values: fc.oneof(
          { arbitrary: some, weight },
          { arbitrary: fc.constantFrom(undefined, 'null'), weight: 100 - weight },
        ),
      })),
    );
}

function objectOf(drawn: readonly Member[]): fc.Arbitrary<string> {
  return fc
    .tuple(...drawn.map(({ values }) => values))
    .map((texts) =>
      texts
        .map((text, index) => (text === undefined ? '' : `${JSON.stringify(drawn[index]!.name)}:${text}`))
        .filter((member) => member !== '')
        .join(','),
    )
    .map((text) => `{${text}}`);
}

/** Records of one random shape, in which a member `who` names something. */
export function recordsOfAShape(): fc.Arbitrary<KafkaRecord[]> {
  return recordsWith(members(2, fc.oneof(telling, others)), [{ name: 'who', values: ids }]);
}

/** Records of one random shape, in which `userId` and `eventTime` alone say what they are, in each record. */
export function recordsWithClearRoles(): fc.Arbitrary<KafkaRecord[]> {
  return fc.constantFrom(...timeKinds).chain((eventTimes) =>
    recordsWith(members(2, others), [
      { name: 'userId', values: ids },
      { name: 'eventTime', values: eventTimes },
    ]),
  );
}

function recordsWith(drawn: fc.Arbitrary<Member[]>, certain: readonly Member[]): fc.Arbitrary<KafkaRecord[]> {
  return drawn
    .map((some): Member[] => [...some, ...certain])
    .chain((all) => fc.array(objectOf(all), { minLength: 1, maxLength: 12 }))
    .map((values) =>
      values.map((value, index): KafkaRecord => {
        return {
          partition: 0,
          offset: BigInt(index),
          kafkaTs: ARRIVAL,
          key: null,
          value: Buffer.from(value),
        };
      }),
    );
}
