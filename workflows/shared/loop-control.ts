import { CancellationScope, condition, setHandler } from '@temporalio/workflow';
import { drainSignal, pauseSignal, resumeSignal, runNowSignal } from './loop-signals.ts';

/** Holds what operators ask of a looping workflow by signals, for as long as it runs. */
export class LoopControl {
  /** Whether the next round starts without waiting for the trigger. */
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

  /** Runs the reads of all shards until each has reported. A pause or a drain makes them report at once. */
  async reading(shards: readonly (() => Promise<void>)[]): Promise<void> {
    const outer = CancellationScope.current();
    const scope = new CancellationScope();
    this.#reading = scope;
    const isEnded = (): boolean => scope.consideredCancelled && !outer.consideredCancelled;
    const read = async (shard: () => Promise<void>): Promise<void> =>
      shard().catch((error: unknown) => {
        // A shard that has not begun, or has lost its worker, has nothing to report.
        if (!isEnded()) throw error;
      });
    await scope.run(() => Promise.all(shards.map(read)));
    this.#reading = undefined;
  }

  /** Waits for as long as the workflow is paused. `onPause` is called if it is. */
  async untilResumed(onPause: () => void): Promise<void> {
    if (!this.paused) return;
    onPause();
    await condition(() => !this.paused);
  }

  /**
   * Waits until the next round is due, or a signal asks for something else.
   *
   * @param dueAt epoch ms.
   * @param onWait called if the round is not due yet.
   * @param round the name of the round in the Web UI.
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

  /** A drain takes precedence over a pause. */
  get paused(): boolean {
    return this.#paused && !this.#draining;
  }
}
