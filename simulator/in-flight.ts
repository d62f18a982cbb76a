import type { SimulatedLine } from './delivery.ts';

/**
 * Records that are on their way. What is due comes out in the order of arrival; the rest waits, and is all that has
 * to be remembered from one hour to the next.
 */
export class InFlight {
  #waiting: SimulatedLine[] = [];

  add(lines: readonly SimulatedLine[]): void {
    this.#waiting.push(...lines);
  }

  /** Takes out what arrives before `moment`; nothing that does so may be added later. */
  takeDue(moment: number): SimulatedLine[] {
    const due: SimulatedLine[] = [];
    const waiting: SimulatedLine[] = [];
    for (const line of this.#waiting) (line.arrivesAt < moment ? due : waiting).push(line);
    this.#waiting = waiting;
    return due.sort((a, b) => a.arrivesAt - b.arrivesAt);
  }
}
