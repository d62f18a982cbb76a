import type { SimulatedLine } from './delivery.ts';

/**
 * The records on their way to the topic. Due records are taken in the order of arrival. The waiting ones are
 * the only state from one hour to the next.
 */
export class InFlight {
  #waiting: SimulatedLine[] = [];

  add(lines: readonly SimulatedLine[]): void {
    this.#waiting.push(...lines);
  }

  /**
   * Removes and returns the records that arrive before `moment`. Later calls of `add` must not add such
   * records.
   */
  takeDue(moment: number): SimulatedLine[] {
    const due: SimulatedLine[] = [];
    const waiting: SimulatedLine[] = [];
    for (const line of this.#waiting) (line.arrivesAt < moment ? due : waiting).push(line);
    this.#waiting = waiting;
    return due.sort((a, b) => a.arrivesAt - b.arrivesAt);
  }
}
