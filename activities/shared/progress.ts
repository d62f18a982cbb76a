import { AsyncLocalStorage } from 'node:async_hooks';

const running = new AsyncLocalStorage<Progress>();

/** What an activity has done since its last heartbeat. */
export class Progress {
  #details: unknown;
  #hasMoved = false;

  /** Runs the activity's work: what it reports comes here, wherever it is called. */
  during<Result>(work: () => Promise<Result>): Promise<Result> {
    return running.run(this, work);
  }

  report(details: unknown): void {
    this.#details = details;
    this.#hasMoved = true;
  }

  /** Something has happened, though there is nothing new to show. */
  move(): void {
    this.#hasMoved = true;
  }

  /** What the next heartbeat shows; undefined when nothing has happened since this was asked last. */
  take(): { readonly details: unknown } | undefined {
    if (!this.#hasMoved) return undefined;
    this.#hasMoved = false;
    return { details: this.#details };
  }
}

/** Says that the running activity gets on, and what the Web UI is to show of it. */
export function reportProgress(details: unknown): void {
  running.getStore()?.report(details);
}

/** Says that the running activity gets on; the Web UI goes on showing what it shows. */
export function reportAlive(): void {
  running.getStore()?.move();
}

/**
 * For what asks servers on behalf of an activity: called at each question, it gives what to call at each answer, by
 * which the activity gets on. An answer may come where it is no longer known which activity has asked.
 */
export function expectAnswers(): () => void {
  const asking = running.getStore();
  return () => asking?.move();
}
