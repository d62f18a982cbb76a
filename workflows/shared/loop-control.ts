import { CancellationScope, condition, setHandler } from '@temporalio/workflow';
import { drainSignal, pauseSignal, resumeSignal, runNowSignal } from './loop-signals.ts';

/** What operators ask of a workflow that loops, by signals, for as long as it runs. */
export class LoopControl {
  /** Whether the trigger should not be waited for. */
  woken = false;
  #paused: boolean;
  #draining: boolean;
  #reading: CancellationScope | undefined;

  constructor({ paused, draining }: { paused: boolean; draining: boolean }) {
    this.#paused = paused;
    this.#draining = draining;
    setHandler(pauseSignal, () => {
      this.#paused = true;
      this.#reading?.cancel();
    });
    setHandler(resumeSignal, () => {
      this.#paused = false;
      this.woken = true;
    });
    setHandler(drainSignal, () => {
      this.#draining = true;
      this.#reading?.cancel();
    });
    setHandler(runNowSignal, () => void (this.woken = true));
  }

  /** Has every shard read, until all have reported; a pause or a drain has them report at once. */
  async reading(shards: readonly (() => Promise<void>)[]): Promise<void> {
    const outer = CancellationScope.current();
    const scope = new CancellationScope();
    this.#reading = scope;
    const isEnded = (): boolean => scope.consideredCancelled && !outer.consideredCancelled;
    const read = async (shard: () => Promise<void>): Promise<void> =>
      shard().catch((error: unknown) => {
        // One that has not begun, or has lost its worker, has nothing to report.
        if (!isEnded()) throw error;
      });
    await scope.run(() => Promise.all(shards.map(read)));
    this.#reading = undefined;
  }

  /**
   * Waits until the next round is due, or an operator wants something else.
   *
   * @param onWait called if there is something to wait for.
   * @param round what the round is called.
   */
  async untilDue(dueAt: number, onWait: (due: Date) => void, round: string): Promise<void> {
    const wait = dueAt - Date.now();
    if (wait <= 0 || this.paused) return;
    onWait(new Date(dueAt));
    const isWanted = (): boolean => this.woken || this.draining || this.paused;
    await condition(isWanted, wait, { summary: `until the next ${round}` });
  }

  get draining(): boolean {
    return this.#draining;
  }

  /** Draining goes before pausing. */
  get paused(): boolean {
    return this.#paused && !this.#draining;
  }
}
