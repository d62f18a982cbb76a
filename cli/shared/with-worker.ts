import { createLogger } from '../../config/logger.ts';
import { workerSettings } from '../../config/servers.ts';
import { trainingPython } from '../../config/training.ts';
import { interruptSignal, whenInterrupted } from './interrupt.ts';

/**
 * Runs `work` beside a worker in this process; an error of the worker and an interrupt reject the call too.
 * The command itself reports why a workflow failed, so the worker logs errors only.
 */
export async function withWorker<Result>(
  work: () => Promise<Result>,
  { training = false }: { training?: boolean } = {},
): Promise<Result> {
  const { createWorker } = await import('../../workers/worker.ts');
  const settings = training ? { ...workerSettings(), python: trainingPython() } : workerSettings();
  const worker = await createWorker(settings, createLogger('error'));
  const running = worker.run();
  try {
    const working = work();
    return await Promise.race([working, running.then(() => working), interrupt()]);
  } finally {
    worker.stop();
    await running;
  }
}

function interrupt(): Promise<never> {
  return new Promise((_, reject) => whenInterrupted(() => reject(interruptSignal().reason as Error)));
}
