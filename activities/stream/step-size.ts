import { isRefusal, isShortage, refusalWords } from '../../db/sql/refusal.ts';
import { AsofError } from '../../domain/errors/asof-error.ts';
import { type Attempts, nextRecords, recordsOnAttempt } from '../../domain/stream/micro-batch-size.ts';
import type { FillTask } from '../../schemas/workflows/backfill-features.ts';

/** How many events the steps of a backfill take. A step that is refused makes them smaller, a quick one larger. */
export class StepSize {
  readonly #table: string;
  readonly #most: number;
  #events: number;

  constructor(
    { table, maxEvents, stepEvents }: Pick<FillTask, 'table' | 'maxEvents' | 'stepEvents'>,
    attempt: Attempts['attempt'],
  ) {
    this.#table = table;
    this.#most = maxEvents;
    const found = Math.min(stepEvents ?? maxEvents, maxEvents);
    this.#events = recordsOnAttempt({ attempt, unfinished: undefined }, found);
  }

  /** The number of events of the next step. */
  get events(): number {
    return this.#events;
  }

  /**
   * Runs a step. If the database refuses it because of its data, it is run again with half as many events.
   *
   * @throws AsofError `ASOF_BACKFILL_REFUSED` when a step of one event is refused.
   */
  async run<Result>(step: (events: number) => Promise<Result>): Promise<Result> {
    for (;;) {
      const startedAt = Date.now();
      try {
        const result = await step(this.#events);
        this.#events = nextRecords(this.#events, this.#most, Date.now() - startedAt);
        return result;
      } catch (error) {
        if (!isRefusal(error) || (this.#events === 1 && isShortage(error))) throw error;
        if (this.#events === 1) throw backfillRefused(this.#table, error);
        this.#events = Math.floor(this.#events / 2);
      }
    }
  }
}

function backfillRefused(table: string, cause: unknown): AsofError {
  return new AsofError(
    'ASOF_BACKFILL_REFUSED',
    `the offline store refuses to write features.${table}: ${refusalWords(cause)}. Remove what refuses it, such as a constraint or a limit, and run: npx asof backfill ${table}`,
    { details: { table }, cause },
  );
}
