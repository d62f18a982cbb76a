import { setImmediate } from 'node:timers/promises';
import { AsofError } from '../../domain/errors/asof-error.ts';
import { type Instant, formatInstant, later } from '../../domain/time/instant.ts';

/** Something that acts by itself as the clock goes on: a stream, a schedule. */
export interface Actor {
  /** When it acts next, which may be in the past. Undefined: it has nothing to do. */
  readonly next: Instant | undefined;
  act(now: Instant): void;
}

/** Others get their turn after so many steps: the time limit of a test, say. */
const STEPS_AT_ONCE = 200;

/** The clock of a simulation. Nothing takes time; where two actors are due at one moment, the first one acts first. */
export class Timeline {
  #now: Instant;
  #actors: readonly Actor[] = [];

  constructor(start: Instant) {
    this.#now = start;
  }

  get now(): Instant {
    return this.#now;
  }

  start(actors: readonly Actor[]): void {
    this.#actors = actors;
  }

  /** Lets the actors act, in the order of time, up to a moment, which is then now. */
  async advanceTo(moment: Instant): Promise<void> {
    if (moment < this.#now)
      throw new AsofError(
        'ASOF_INPUT_INVALID',
        `the clock of the simulation is at ${formatInstant(this.#now)} and cannot go back to ${formatInstant(moment)}; make another simulation`,
        { details: { now: formatInstant(this.#now) } },
      );
    for (let steps = 1; ; steps += 1) {
      const due = this.#dueBy(moment);
      if (!due) break;
      this.#now = later(this.#now, due.next!);
      due.act(this.#now);
      if (steps % STEPS_AT_ONCE === 0) await setImmediate();
    }
    this.#now = moment;
  }

  #dueBy(moment: Instant): Actor | undefined {
    let first: Actor | undefined;
    for (const actor of this.#actors) {
      const { next } = actor;
      if (next === undefined || next > moment) continue;
      if (first === undefined || next < first.next!) first = actor;
    }
    return first;
  }
}
