import { HOUR, MINUTE, SECOND } from './clock.ts';
import { type Message, malformed } from './malformed.ts';
import type { Plan } from './options.ts';
import type { Random } from './random.ts';
import { userEvent } from './record.ts';
import type { ShopEvent } from './visit.ts';

/** A record on its way to the topic. */
export interface SimulatedLine extends Message {
  /** When it reaches the topic, in ms since 1970. Never before its event. */
  readonly arrivesAt: number;
}

export type Shares = Pick<Plan, 'late' | 'repeated' | 'malformed'>;

/** The records of an event: one, or two with the same bytes. Most are well-formed and on time. */
export function deliver(event: ShopEvent, shares: Shares, random: Random): SimulatedLine[] {
  const sound = userEvent(event);
  // A few seconds of transport, which put neighbouring events out of order.
  const arrivesAt = event.at + random.whole(0, 3 * SECOND);
  if (random.chance(shares.malformed)) return [{ ...malformed(sound, random), arrivesAt }];

  const line: SimulatedLine = {
    key: sound.user_id,
    value: JSON.stringify(sound),
    arrivesAt: random.chance(shares.late) ? arrivesAt + delay(random) : arrivesAt,
  };
  if (!random.chance(shares.repeated)) return [line];
  return [line, { ...line, arrivesAt: line.arrivesAt + random.whole(0, 30 * SECOND) }];
}

/** Minutes for most late records (a phone in a tunnel), hours for some (a phone that was switched off). */
function delay(random: Random): number {
  if (random.chance(0.6)) return random.whole(2 * MINUTE, 25 * MINUTE);
  return random.chance(0.75) ? random.whole(25 * MINUTE, 90 * MINUTE) : random.whole(90 * MINUTE, 12 * HOUR);
}
