import { randomBytes } from 'node:crypto';
import type { Random } from '../../../simulator/random.ts';

/** The value of a record: text, bytes, or nothing. */
type Value = string | Buffer | null;

/** A record with a Kafka timestamp of its own. */
interface Timed {
  readonly value: Value;
  readonly timestamp: string;
}

/** An event as JSON, with members over those of a good one. */
type Write = (members: object) => string;

/** The type of event that the test has the database refuse. */
export const REFUSED = 'refused';

/** Every kind of trouble that a record can be, by name. Some are events all the same, of odd content. */
export const TROUBLES: Readonly<Record<string, (write: Write, random: Random) => Value | Timed>> = {
  nothing: () => null,
  'no bytes': () => '',
  blanks: () => ' \r\n\t',
  'a byte order mark': (write) => `\uFEFF${write({})}`,
  'another encoding': (write) => Buffer.from(write({}), 'utf16le'),
  'broken UTF-8': (write) => Buffer.concat([Buffer.from(write({})), Buffer.from([0xc3, 0x28])]),
  'random bytes': (_, random) => randomBytes(random.whole(1, 5_000)),
  'a registry prefix': (write) => Buffer.concat([Buffer.from([0, 0, 0, 0, 7]), Buffer.from(write({}))]),
  'half an event': (write, random) => write({}).slice(0, random.whole(1, 40)),
  'two events': (write) => `${write({})}\n${write({})}`,
  NaN: (write) => write({}).replace(/\}$/, ',"revenue":NaN}'),
  'a list': (write) => `[${write({})}]`,
  'a word': (_, random) => random.pick(['null', 'true', '7', '"event"']),
  'very deep JSON': (_, random) => nested(random.whole(1_000, 200_000)),
  'a deep value': (write) => write({}).replace(/\}$/, `,"platform":${nested(50_000)}}`),
  'a deep member of no interest': (write) => write({}).replace(/\}$/, `,"other":${nested(50_000)}}`),
  'no user': (write) => write({ user_id: undefined }),
  'an empty user': (write) => write({ user_id: '' }),
  'a user of null': (write) => write({ user_id: null }),
  'no time': (write) => write({ event_ts: undefined }),
  'a number for a text': (write) => write({ platform: 7 }),
  'a text for a number': (write) => write({ revenue: '12.50' }),
  'an object for a text': (write) => write({ session_id: { id: 's' } }),
  'a number for a time': (write, random) => write({ event_ts: random.pick([0, 1_700_000_000, 1.7e15]) }),
  'a time in words': (write, random) =>
    write({ event_ts: random.pick(['yesterday', '2026-02-30T00:00:00Z', '2026-01-01', '']) }),
  'a number beyond all': (write, random) =>
    write({}).replace(/\}$/, `,"revenue":${random.pick(['1e400', '-1e16', '9'.repeat(5_000)])}}`),
  'a NUL': (write) => write({ platform: 'a\0b' }),
  'a lone surrogate': (write) => write({}).replace(/\}$/, ',"platform":"\\ud800"}'),
  'a time to come': (write, random) =>
    write({ event_ts: random.pick(['9999-12-31T23:59:59Z', '2200-01-01T00:00:00Z']) }),
  'a time long gone': (write, random) =>
    write({ event_ts: random.pick(['0001-01-01T00:00:00Z', '1970-01-01T00:00:00Z']) }),
  'no Kafka timestamp': (write) => ({ value: write({}), timestamp: '-1' }),
  'a Kafka timestamp in seconds': (write) => ({ value: write({}), timestamp: '1764000000' }),
  'a long user': (write, random) => write({ user_id: incompressible(random.whole(1_025, 6_000)) }),
  'a huge user': (write, random) => write({ user_id: incompressible(random.whole(100_000, 900_000)) }),
  'a long user of few characters': (write) => write({ user_id: '\u{1F600}'.repeat(257) }),
  'the longest user': (write) => write({ user_id: incompressible(1_024) }),
  'a huge text': (write, random) => write({ product_id: incompressible(random.whole(100_000, 900_000)) }),
  // Later than the events around it, so that it would make them late if it moved the watermark.
  'what the database refuses': (write) => write({ event_type: REFUSED, event_ts: hoursAfter(write, 3) }),
  'a time of its own': (write, random) =>
    write({ event_ts: new Date(Date.UTC(random.whole(2010, 2025), random.whole(0, 11), 7)).toISOString() }),
};

function nested(depth: number): string {
  return '['.repeat(depth) + ']'.repeat(depth);
}

function incompressible(characters: number): string {
  return randomBytes(characters).toString('base64url').slice(0, characters);
}

/** The record that a kind of trouble makes. */
export function troubled(kind: string, write: Write, random: Random): { value: Value; timestamp?: string } {
  const made = TROUBLES[kind]!(write, random);
  return made !== null && typeof made === 'object' && 'timestamp' in made ? made : { value: made };
}

/** A time some hours after that of the event. */
function hoursAfter(write: Write, hours: number): string {
  const { event_ts } = JSON.parse(write({})) as { event_ts: string };
  return new Date(Date.parse(event_ts) + hours * 3_600_000).toISOString();
}
