import { setHandler } from '@temporalio/workflow';
import { drainSignal, pauseSignal, resumeSignal, runNowSignal } from './stream-features.messages.ts';

/** What operators asked of a stream, by signals, for as long as its workflow runs. */
export class StreamControl {
  /** Whether the trigger should not be waited for. */
  woken = false;
  #paused: boolean;
  #draining: boolean;

  constructor({ paused, draining }: { paused: boolean; draining: boolean }) {
    this.#paused = paused;
    this.#draining = draining;
    setHandler(pauseSignal, () => void (this.#paused = true));
    setHandler(resumeSignal, () => {
      this.#paused = false;
      this.woken = true;
    });
    setHandler(drainSignal, () => void (this.#draining = true));
    setHandler(runNowSignal, () => void (this.woken = true));
  }

  get draining(): boolean {
    return this.#draining;
  }

  /** Draining goes before pausing. */
  get paused(): boolean {
    return this.#paused && !this.#draining;
  }
}
