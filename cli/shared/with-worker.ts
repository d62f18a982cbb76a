import { createLogger } from '../../config/logger.ts';
import { workerSettings } from '../../config/servers.ts';
import { trainingPython } from '../../config/training.ts';

/**
 * Does `work` beside a worker of its own in this process; ends with an error if the worker does. What fails a
 * workflow is said by the command, so the worker need not log it too.
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
    await Promise.race([working, running]);
    return await working;
  } finally {
    worker.stop();
    await running;
  }
}
