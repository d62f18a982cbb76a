/** With more refused events, the whole record is a dead letter. Each costs two trials for each halving. */
export const MOST_REFUSED = 20;

/** How a search asks the store. */
export interface Trials<Reason> {
  /** Why the store refuses these events together. Undefined: it does not. Nothing is stored. */
  readonly refusalOf: (events: ReadonlySet<number>) => Promise<Reason | undefined>;
  /** Whether the search may go on after a trial that had this answer. */
  readonly mayGoOn: (answer: Reason | undefined) => boolean;
}

/**
 * Finds the events that a store refuses, by halving them: an event is refused if it is with those before it that
 * are not.
 *
 * @param events their indexes, in order. The store refuses all of them together.
 * @returns why, by the index of the event. Undefined if too many are refused, or the search may not go on.
 */
export async function findRefused<Reason>(
  events: readonly number[],
  { refusalOf, mayGoOn }: Trials<Reason>,
): Promise<ReadonlyMap<number, Reason> | undefined> {
  const refused = new Map<number, Reason>();
  const stored = new Set<number>();
  const waiting = halvesOf(events);
  for (let some = waiting.shift(); some; some = waiting.shift()) {
    const why = await refusalOf(new Set([...stored, ...some]));
    if (why === undefined) for (const event of some) stored.add(event);
    else if (refused.size === MOST_REFUSED) return undefined;
    else if (some.length === 1) refused.set(some[0]!, why);
    else waiting.unshift(...halvesOf(some));
    if (!mayGoOn(why)) return undefined;
  }
  return refused;
}

function halvesOf(events: readonly number[]): (readonly number[])[] {
  const middle = Math.floor(events.length / 2);
  return [events.slice(0, middle), events.slice(middle)];
}
