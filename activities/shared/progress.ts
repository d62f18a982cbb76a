import { AsyncLocalStorage } from 'node:async_hooks';

const running = new AsyncLocalStorage<ActivityProgress>();

/** What an activity has done since its last heartbeat. */
export class ActivityProgress {
  readonly #deadline: number;
  #details: unknown;
  #hasMoved = false;

  /** @param longest how long the attempt may take, in ms. */
  constructor(longest = Infinity) {
    this.#deadline = performance.now() + longest;
  }

  /** Whether the attempt has taken longer than it may. Another one may run by now. */
  get isOver(): boolean {
    return performance.now() > this.#deadline;
  }

  /** Runs the work of the activity. Everything that it reports arrives here, wherever it is called. */
  during<Result>(work: () => Promise<Result>): Promise<Result> {
    return running.run(this, work);
  }

  report(details: unknown): void {
    this.#details = details;
    this.#hasMoved = true;
  }

  /** Records progress, and leaves the details unchanged. */
  move(): void {
    this.#hasMoved = true;
  }

  /** Takes the details of the next heartbeat. Undefined if there was no progress since the last call. */
  take(): { readonly details: unknown } | undefined {
    if (!this.#hasMoved) return undefined;
    this.#hasMoved = false;
    return { details: this.#details };
  }
}

/** Reports progress of the running activity, with the details that the Web UI shows. */
export function reportProgress(details: unknown): void {
  running.getStore()?.report(details);
}

/** Reports progress of the running activity, and leaves the details in the Web UI unchanged. */
export function reportAlive(): void {
  running.getStore()?.move();
}

/**
 * For clients that ask servers on behalf of an activity. They call this at each question, and call the
 * returned function at each answer, which counts as progress of the activity that asked. An answer may arrive
 * where that activity is no longer known.
 */
export function expectAnswers(): () => void {
  const asking = running.getStore();
  return () => asking?.move();
}

/** For the connections to the offline store: the activity that asks it. See {@link expectAnswers}. */
export function whoAsks(): { answered: () => void; isGone: () => boolean } {
  const asking = running.getStore();
  return { answered: () => asking?.move(), isGone: () => asking?.isOver ?? false };
}
