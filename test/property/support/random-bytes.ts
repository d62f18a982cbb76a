import fc from 'fast-check';
import { timeTexts } from './random-time.ts';

/** JSON texts of a field's value: mostly `good` ones, and a few odd ones that may or may not be accepted. */
function tokens(good: readonly string[], odd: readonly string[]): fc.Arbitrary<string> {
  return fc.oneof(
    { arbitrary: fc.constantFrom(...good), weight: 12 },
    { arbitrary: fc.constantFrom(...odd, ...oddities), weight: 1 },
  );
}

const oddities = [
  'null',
  '""',
  '0',
  'true',
  '[]',
  '{}',
  '[["a"]]',
  '{"toJSON":1}',
  '"\\u0000"',
  '"\\ud800"',
  '"\\udc00x"',
];

const texts = tokens(
  ['"a"', '"ä"', '"😀"', '"\\ud83d\\ude00"', '"\\u0001"', '" "'],
  ['"\ufeff"', '"\\ufffd"', "'a'"],
);

const numbers = tokens(
  ['0', '-0', '0.1', '1e15', '-1e15', '1E2', '5e-324', '1e-400', '-0.0', '123456789.123456789'],
  [
    '1000000000000000.1',
    '1000000000000000.2',
    '-1e16',
    '1e400',
    '-1e400',
    '"1"',
    '01',
    '.5',
    '+1',
    'NaN',
    'Infinity',
    '0x1',
  ],
);

const wholeNumbers = tokens(
  ['0', '-0', '3', '1e15', '-1e15', '1E2', '2.0'],
  ['0.5', '1e16', '1e-400', '"3"'],
);

const booleans = tokens(['true', 'false'], ['1', '"true"', 'TRUE']);

const times = fc.oneof(
  {
    arbitrary: tokens(
      [
        '"2026-03-01T09:30:00Z"',
        '"2026-03-01T10:30:00.000000Z"', // exactly as far ahead as allowed
        '"2026-03-01T10:30:00.0000009Z"', // the same after flooring
        '"1969-12-31T23:59:59.9999999Z"',
        '"0000-01-01T00:00:00+23:59"',
      ],
      ['"2026-03-01T10:30:00.000001Z"', '"2026-03-01"', '1772357400000', '"9999-12-31T23:59:59Z"'],
    ),
    weight: 4,
  },
  { arbitrary: timeTexts.map((text) => JSON.stringify(text)), weight: 1 },
);

type Member = readonly [name: string, token: string];

const memberOf: Record<string, fc.Arbitrary<string>> = {
  user_id: texts,
  event_type: texts,
  product_id: texts,
  revenue: numbers,
  session_id: texts,
  platform: texts,
  quantity: wholeNumbers,
  gift: booleans,
  event_ts: times,
  other: fc.oneof(texts, numbers),
  User_id: texts,
  ['__proto__']: fc.constant('{"user_id":"a","event_ts":"2026-03-01T09:30:00Z"}'),
};

const member = fc
  .constantFrom(...Object.keys(memberOf))
  .chain((name) => memberOf[name]!.map((token): Member => [name, token]));

/**
 * The members of an object: the required ones, then any others in any order, with repetitions. The last
 * member of a name counts.
 */
const members: fc.Arbitrary<readonly Member[]> = fc
  .tuple(memberOf.user_id!, memberOf.event_ts!, fc.array(member, { maxLength: 5 }), fc.nat(19))
  .map(([user, time, others, drop]) => [
    ...(drop === 0 ? [] : [['user_id', user] as const]),
    ...(drop === 1 ? [] : [['event_ts', time] as const]),
    ...others,
  ]);

const objects = members.map((all) => `{${all.map(([name, token]) => `"${name}":${token}`).join(', ')}}`);

/** Ways to damage a good text. */
const damages: readonly ((text: string) => Uint8Array)[] = [
  (text) => Buffer.from(`\ufeff${text}`),
  (text) => Buffer.from(` \r\n\t${text} `),
  (text) => Buffer.from(`[${text}]`),
  (text) => Buffer.from(`${text}{}`),
  (text) => Buffer.from(`\0\0\0\0\u0001${text}`),
  (text) => Buffer.from(text.slice(0, -1)),
  (text) => Buffer.from(text, 'utf16le'),
  (text) => Buffer.from(text.replace('"a"', '"ÿ"'), 'latin1'),
  (text) => Buffer.from(text.replace(',', ',,')),
];

const damaged = fc.tuple(objects, fc.constantFrom(...damages)).map(([text, damage]) => damage(text));

/** A good text with one byte replaced: invalid UTF-8, broken JSON, other values. */
const flipped = fc.tuple(objects, fc.nat(), fc.nat(255)).map(([text, at, byte]) => {
  const bytes = Buffer.from(text);
  bytes[at % bytes.length] = byte;
  return bytes;
});

/** Values of records: good events, and every kind of almost-event. */
export const eventBytes: fc.Arbitrary<Uint8Array | null> = fc.oneof(
  { arbitrary: objects.map((text) => Buffer.from(text)), weight: 12 },
  { arbitrary: damaged, weight: 3 },
  { arbitrary: flipped, weight: 3 },
  { arbitrary: fc.constantFrom(null, new Uint8Array()), weight: 1 },
);
