import { createLogger } from '../../config/logger.ts';
import { workerSettings } from '../../config/servers.ts';
import { trainingPython } from '../../config/training.ts';
import { besideWorker } from './beside-worker.ts';
import { interruptSignal } from './interrupt.ts';

/**
 * Runs `work` beside a worker in this process. An interrupt aborts the signal of `work`, which then ends, and
 * the worker after it. The command itself reports why a workflow failed, so the worker logs errors only.
 */
export async function withWorker<Result>(
  work: (signal: AbortSignal) => Promise<Result>,
  { training = false }: { training?: boolean } = {},
): Promise<Result> {
  const signal = interruptSignal();
  const { createWorker } = await import('../../workers/worker.ts');
  const settings = training ? { ...workerSettings(), python: trainingPython() } : workerSettings();
  const worker = await createWorker(settings, createLogger('error'));
  return besideWorker(worker, async () => {
    signal.throwIfAborted();
    return work(signal);
  });
}
