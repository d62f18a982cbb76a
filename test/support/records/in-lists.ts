import type { Message } from 'kafkajs';
import { randomFor } from '../../../simulator/random.ts';

/** The oracle's and the source's option for what {@link inLists} makes. */
export const LIST_AT = ['batch'];

const ODD = ['7', '"a"', 'null', '[]', '{}', '{"user_id":"u_1"}'];
const NO_LIST = ['{"batch":{}}', '{"events":[]}', '7', 'not JSON'];

/**
 * Puts messages, in their order within each partition, into records with none to six of them: a list below
 * `batch`, or a record that is a list. Some records hold no list, some no value. The seed decides.
 */
export function inLists(messages: readonly Message[], seed: number): Message[] {
  const random = randomFor(seed, 'lists');
  const waiting = new Map<number | undefined, Message[]>();
  const records: Message[] = [];
  const close = (some: readonly Message[]): void => {
    if (random.chance(0.03)) records.push({ ...some[0]!, value: null });
    if (random.chance(0.03)) records.push({ ...some[0]!, value: random.pick(NO_LIST) });
    if (random.chance(0.03)) records.push({ ...some[0]!, value: '{"batch":[]}' });
    const texts = some.map(({ value }) => (isJson(value) ? String(value) : random.pick(ODD)));
    const list = `[${texts.join(random.pick([',', ' , ', ',\n']))}]`;
    const value = random.chance(0.3)
      ? list
      : `{"note":"]}","batch":${list},"sentAt":${random.whole(1, 9)}.0}`;
    records.push({ ...some.at(-1)!, value });
  };
  for (const message of messages) {
    const some = [...(waiting.get(message.partition) ?? []), message];
    const isFull = some.length >= 6 || random.chance(0.3);
    if (isFull) close(some);
    waiting.set(message.partition, isFull ? [] : some);
  }
  for (const some of waiting.values()) if (some.length > 0) close(some);
  return records;
}

function isJson(value: Message['value']): boolean {
  try {
    JSON.parse(String(value));
    return value !== null;
  } catch {
    return false;
  }
}
