import type { KeyedLine } from '../../adapters/kafka/batch-sender.ts';
import { partitionChoice } from '../../adapters/kafka/partition-choice.ts';
import { type Random, randomFor } from '../../simulator/random.ts';
import type { WindowCount } from './expected-windows.ts';

export interface StreamShape {
  readonly events: number;
  readonly users: number;
  readonly seed: number;
}

export const PARTITIONS = 4;

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
/** The first event time. It lies in the past, so that no record is ahead of the broker's clock. */
const START = Date.UTC(2026, 0, 5);
/** The event time from one event to the next, in ms: a million events take 24 hours. */
const PACE = (24 * HOUR) / 1_000_000;
/** The shares of disturbed records. */
const SHARES = { repeated: 0.01, malformed: 0.005, late: 0.02 };
/** The greatest distance between a record and its repetition, in records. */
const REPEATED_WITHIN = 3_000;

const TYPES = cumulative([52, 24, 10, 6, 5, 3]);
const TYPE_NAMES = ['view', 'click', 'add_to_cart', 'purchase', 'search', 'login'];
const PLATFORMS = cumulative([30, 33, 32, 2, 3]);
const PLATFORM_NAMES = ['ios', 'android', 'web', 'tv', null];

/**
 * The benchmark's stream. Event time advances evenly. A few users are very active, and most are not. 2 % of
 * the events are 11 to 180 minutes late, 1 % come twice, and 0.5 % are malformed. The shape alone determines
 * every byte. The storefront simulator is not suitable: its visits are bursts, so a million of its events
 * make only a third as many window rows.
 */
export function* benchmarkEvents(shape: StreamShape, expected: WindowCount): Generator<KeyedLine> {
  const random = randomFor(shape.seed, 'bench');
  const drawUser = rankedDraw(shape.users, 5, random);
  const drawProduct = rankedDraw(5_000, 3, random);
  const partitionOf = partitionChoice(PARTITIONS);
  const repeats = new Map<number, Sent[]>();
  for (let index = 0; index < shape.events; index += 1) {
    const due = repeats.get(index)?.[0];
    repeats.delete(index);
    const sent = due ?? fresh(index, { random, user: drawUser(), product: drawProduct() });
    const partition = partitionOf(sent.key);
    if (sent.at !== null) expected.add(partition, sent.user, sent.at);
    if (!due && sent.at !== null && random.chance(SHARES.repeated)) {
      const again = index + random.whole(1, REPEATED_WITHIN);
      repeats.set(again, [...(repeats.get(again) ?? []), sent]);
    }
    yield { key: sent.key, value: sent.value, partition };
  }
}

interface Sent {
  readonly key: string;
  readonly value: string;
  readonly user: number;
  /** The event time in ms since 1970. Null if the record is malformed. */
  readonly at: number | null;
}

interface Draws {
  readonly random: Random;
  readonly user: number;
  readonly product: number;
}

function fresh(index: number, { random, user, product }: Draws): Sent {
  const arrival = START + Math.floor(index * PACE);
  const delay = random.chance(SHARES.late)
    ? random.whole(11 * MINUTE, 180 * MINUTE)
    : random.whole(0, 9 * SECOND);
  const at = Math.max(arrival - delay, START - HOUR);
  const type = TYPE_NAMES[TYPES(random)]!;
  const row = {
    user_id: `u_${user}`,
    event_type: type,
    product_id: random.chance(0.9) ? `p_${product}` : null,
    revenue: type === 'purchase' ? random.whole(0, 25_000) / 100 : null,
    session_id: `s_${user}_${Math.floor(at / (30 * MINUTE))}_${random.whole(0, 1)}`,
    platform: PLATFORM_NAMES[PLATFORMS(random)],
    event_ts: new Date(at).toISOString(),
  };
  if (!random.chance(SHARES.malformed)) return { key: row.user_id, value: JSON.stringify(row), user, at };
  return { key: row.user_id, value: malformed(row, random), user, at: null };
}

/**
 * A record that is a dead letter in Asof, and that Spark drops with `from_json` or its filter on required
 * fields.
 */
function malformed(row: { user_id: string; event_ts: string }, random: Random): string {
  const text = JSON.stringify(row);
  return random.pick([
    text.slice(0, text.length >> 1),
    'not JSON at all',
    JSON.stringify({ ...row, user_id: null }),
    JSON.stringify({ ...row, event_ts: null }),
    JSON.stringify({ ...row, event_ts: 'yesterday' }),
  ]);
}

/** A function that draws ranks with the weights 1 / (rank + shift). */
function rankedDraw(count: number, shift: number, random: Random): () => number {
  const draw = cumulative(Array.from({ length: count }, (_, rank) => 1 / (rank + shift)));
  return () => draw(random);
}

/** A function that draws an index in proportion to the weights. */
function cumulative(weights: readonly number[]): (random: Random) => number {
  const sums = new Float64Array(weights.length);
  weights.reduce((sum, weight, index) => (sums[index] = sum + weight), 0);
  return (random) => {
    const wanted = random.between(0, sums.at(-1)!);
    let [low, high] = [0, sums.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sums[middle]! > wanted) high = middle;
      else low = middle + 1;
    }
    return low;
  };
}
