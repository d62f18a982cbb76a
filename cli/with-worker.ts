import { createLogger } from '../config/logger.ts';
import { workerSettings } from '../config/servers.ts';

/** Does `work` beside a worker of its own in this process; ends with an error if the worker does. */
export async function withWorker(work: () => Promise<void>): Promise<void> {
  const { createWorker } = await import('../workers/worker.ts');
  const worker = await createWorker(workerSettings(), createLogger());
  const running = worker.run();
  try {
    await Promise.race([work(), running]);
  } finally {
    worker.stop();
    await running;
  }
}
