import type { Systems } from '../shared/systems.ts';
import {
  type DeadLetterList,
  type ListDeadLettersOptions,
  type ReplayOptions,
  type ReplayResult,
  listDeadLetters,
  replayDeadLetters,
} from './dead-letters.ts';

/** The records of a source that were no events. */
export class DeadLetterClient {
  readonly #systems: Systems;
  readonly #source: string;

  constructor(systems: Systems, source: string) {
    this.#systems = systems;
    this.#source = source;
  }

  /**
   * How many there are by reason, and the newest, each with the first 200 bytes of its value as text.
   *
   * @throws AsofError `ASOF_SOURCE_UNKNOWN`.
   */
  list(options: ListDeadLettersOptions = {}): Promise<DeadLetterList> {
    return listDeadLetters(this.#systems, this.#source, options);
  }

  /**
   * Decodes them again with the source's current definition, in the order of the log, chunk by chunk, each one
   * transaction: those that are events now become raw events and enter the features, the others stay. Safe beside the
   * running stream, and to do again at any time. Needs no worker.
   *
   * @throws AsofError `ASOF_SOURCE_UNKNOWN`.
   */
  replay(options: ReplayOptions = {}): Promise<ReplayResult> {
    return replayDeadLetters(this.#systems, this.#source, options);
  }
}
