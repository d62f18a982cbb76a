import { progress } from '../../../cli/shared/output.ts';

/** Announces steps, and keeps how many seconds each took. */
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

  /** The steps' seconds, and the whole. */
  get report(): Record<string, number> {
    return { ...this.seconds, total: secondsSince(this.#start) };
  }
}

function secondsSince(start: number): number {
  return Math.round((performance.now() - start) / 100) / 10;
}
