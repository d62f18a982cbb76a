/**
 * What the server says of a process that has a statement to run:
 *
 * - `works`: it computes, reads or writes.
 * - `waits`: it waits for another process: a lock, a timer, an answer of its parallel workers.
 * - `waits for the client`: to take rows, or to send the next part of a COPY.
 * - `has no statement`: it has ended the statement, or has never got it, or is gone. The connection has lost
 *   one or the other.
 * - `unknown`: the server did not answer.
 */
export type Doing = 'works' | 'waits' | 'waits for the client' | 'has no statement' | 'unknown';

/** A process of the server as it is at one moment. */
export interface ProcessSign {
  readonly doing: Doing;
  /** What exactly it and its parallel workers do. A sign that differs from the last one is progress. */
  readonly mark: string;
}

/**
 * How long a statement may be silent while its process shows the same sign, in ms. A process that computes
 * and one that somebody has stopped look alike to other sessions, so that sign alone is believed for long.
 */
const PATIENCE_MS: Record<Doing, number> = {
  works: 3_600_000,
  waits: 60_000,
  'waits for the client': 60_000,
  'has no statement': 10_000,
  unknown: 15_000,
};

/** The kinds of waits in which a process does something, or waits for the disk. */
const WORK = new Set(['IO', 'LWLock', 'BufferPin', 'Extension']);

/** The wait of a process: the type and the name of the event, both null while it computes. */
export type Wait = readonly [type: string | null, event: string | null];

/**
 * The sign of a process by its waits.
 *
 * @param waits those of the process itself and of its parallel workers.
 */
export function signOf(own: Wait, waits: readonly Wait[]): ProcessSign {
  const mark = waits.map((wait) => wait.join(':')).join(' ');
  if (own[0] === 'Client') return { doing: 'waits for the client', mark };
  const isWork = ([type]: Wait): boolean => type === null || WORK.has(type);
  return { doing: waits.some(isWork) ? 'works' : 'waits', mark };
}

/** The patience with one silent statement. */
export class Patience {
  #last: ProcessSign | undefined;
  #sameForMs = 0;

  /**
   * Takes the sign that the process shows now.
   *
   * @param sinceLast the time since the last sign, in ms.
   * @returns whether the patience is at its end.
   */
  endsWith(sign: ProcessSign, sinceLast: number): boolean {
    const isSame = sign.doing === this.#last?.doing && sign.mark === this.#last.mark;
    this.#sameForMs = isSame ? this.#sameForMs + sinceLast : 0;
    this.#last = sign;
    return this.#sameForMs >= PATIENCE_MS[sign.doing];
  }
}
