import { progress } from '../../../cli/shared/output.ts';

/** Announces the steps of a run and measures how many seconds each takes. */
export class Stopwatch {
  readonly seconds: Record<string, number> = {};
  readonly #start = performance.now();

  async step<Result>(name: string, what: string, work: () => Promise<Result>): Promise<Result> {
    progress(`\n── ${what}`);
    const start = performance.now();
    const result = await work();
    this.seconds[name] = secondsSince(start);
    progress(`── done in ${this.seconds[name]} s`);
    return result;
  }

  /** The seconds of each step by name, and of the whole run as `total`. */
  get report(): Record<string, number> {
    return { ...this.seconds, total: secondsSince(this.#start) };
  }
}

function secondsSince(start: number): number {
  return Math.round((performance.now() - start) / 100) / 10;
}
