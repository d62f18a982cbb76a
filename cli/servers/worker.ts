import { Command } from '@commander-js/extra-typings';
import { createLogger } from '../../config/logger.ts';
import { workerSettings } from '../../config/servers.ts';
import { trainingPython } from '../../config/training.ts';
import { interruptSignal, whenInterrupted } from '../shared/interrupt.ts';
import { progress } from '../shared/output.ts';

/** The line that a worker prints when it polls; a parent process can wait for this line. */
export const WORKER_READY = 'worker: ready';

export function workerCommand() {
  return new Command('worker')
    .description('run workflows and activities until told to stop (Ctrl-C or SIGTERM)')
    .action(async () => {
      // Whoever ends the command while it connects must not leave it announced as a worker.
      interruptSignal();
      const { createWorker } = await import('../../workers/worker.ts');
      const worker = await createWorker({ ...workerSettings(), python: trainingPython() }, createLogger());
      const running = worker.run();
      // Whoever waits for the line may end this process at once.
      whenInterrupted(() => worker.stop());
      progress(WORKER_READY);
      await running;
      progress('worker: stopped');
    });
}
