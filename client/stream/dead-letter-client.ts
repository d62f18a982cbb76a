import type { Connections } from '../shared/connections.ts';
import {
  type DeadLetterList,
  type ListDeadLettersOptions,
  type ReplayOptions,
  type ReplayResult,
  listDeadLetters,
  replayDeadLetters,
} from './dead-letters.ts';

/** Lists and replays the dead letters of a source: records that are not events. */
export class DeadLetterClient {
  readonly #connections: Connections;
  readonly #source: string;

  constructor(connections: Connections, source: string) {
    this.#connections = connections;
    this.#source = source;
  }

  /**
   * Returns the number of dead letters by reason, and the newest ones, each with the first 200 bytes of its
   * value as text.
   *
   * @throws AsofError `ASOF_SOURCE_UNKNOWN`.
   */
  list(options: ListDeadLettersOptions = {}): Promise<DeadLetterList> {
    return listDeadLetters(this.#connections, this.#source, options);
  }

  /**
   * Decodes dead letters again with the source's current definition, in the order of the log. Those that are
   * events now become raw events and enter the features; the others stay dead letters. Each step is one
   * transaction. Safe while the stream runs, and safe to repeat. Needs no worker.
   *
   * @throws AsofError `ASOF_SOURCE_UNKNOWN`.
   * @example
   * ```ts
   * const { deadLetters } = asof.stream('user-events');
   * const { reasons } = await deadLetters.list();
   * const { replayed, remaining } = await deadLetters.replay({ reason: 'missing_field' });
   * ```
   */
  replay(options: ReplayOptions = {}): Promise<ReplayResult> {
    return replayDeadLetters(this.#connections, this.#source, options);
  }
}
