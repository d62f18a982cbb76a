import type { Random } from './random.ts';
import type { UserEvent } from './record.ts';

/** The key and the value of a record. The key is null if the record names no user. */
export interface Message {
  readonly key: string | null;
  readonly value: string;
}

/**
 * The ways in which a client's bug or a broken proxy spoils a record. Each always makes a dead letter, or an
 * event with null in the place of an optional field.
 */
const spoilers: readonly ((event: UserEvent, random: Random) => Message)[] = [
  function truncated(event, random) {
    const text = JSON.stringify(event);
    return { key: null, value: text.slice(0, random.whole(1, text.length - 1)) };
  },
  function withoutUser({ user_id: _, ...rest }) {
    return { key: null, value: JSON.stringify(rest) };
  },
  function emptyUser(event) {
    return { key: null, value: JSON.stringify({ ...event, user_id: '' }) };
  },
  function inAnArray(event) {
    return { key: null, value: JSON.stringify([event]) };
  },
  (event) => keyed(event, { revenue: '12,50' }),
  (event) => keyed(event, { platform: { os: event.platform } }),
  (event) => keyed(event, { revenue: 1e300 }),
  (event) => keyed(event, { product_id: `${event.product_id ?? ''}\0` }),
  (event) => keyed(event, { event_ts: Date.parse(event.event_ts) }),
  (event) => keyed(event, { event_ts: `${event.event_ts.slice(0, 4)}-02-30T12:00:00Z` }),
  // A thousand years later, so that the event time is far ahead whenever the record is produced.
  (event) => keyed(event, { event_ts: `3${event.event_ts.slice(1)}` }),
];

/** A record of the event that is spoiled in one of the ways. */
export function malformed(event: UserEvent, random: Random): Message {
  return random.pick(spoilers)(event, random);
}

function keyed(event: UserEvent, spoiled: Readonly<Record<string, unknown>>): Message {
  return { key: event.user_id, value: JSON.stringify({ ...event, ...spoiled }) };
}
