import { inspect } from 'node:util';
import { knownFailure } from '../../client/shared/known-failure.ts';
import { describeError, progress } from './output.ts';
import { isVerbose } from './verbose.ts';

/** What {@link besideWorker} needs of a worker. */
export interface RunnableWorker {
  run(): Promise<void>;
  stop(): void;
}

/**
 * Runs `work` beside a worker, and stops the worker when the work has ended. An error of the running worker
 * ends the call too. What `work` returns or throws stays the outcome of the call, even if the worker does not
 * stop in order: that is only reported, because tasks that were given up are done again elsewhere.
 */
export async function besideWorker<Result>(
  worker: RunnableWorker,
  work: () => Promise<Result>,
): Promise<Result> {
  const running = worker.run();
  let failure: unknown;
  try {
    const working = work();
    return await Promise.race([working, running.then(() => working)]);
  } catch (error) {
    failure = error;
    throw error;
  } finally {
    worker.stop();
    await running.catch((error: unknown) => {
      if (error !== failure) warn(error);
    });
  }
}

function warn(error: unknown): void {
  progress(
    `warning: the worker of this command did not stop in order: ${describeError(knownFailure(error))}`,
  );
  if (isVerbose()) progress(inspect(error));
}
