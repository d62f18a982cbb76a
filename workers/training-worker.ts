import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { trainingEnvironment } from '../config/training.ts';
import { reasonOf } from '../domain/errors/asof-error.ts';

/** The process of the Python worker. It is restarted whenever it ends by itself. */
export interface TrainingWorker {
  /** Ends the process. Another worker starts a running training again. */
  stop(): Promise<void>;
}

export interface TrainingWorkerSettings {
  /** The path of a Python with the training packages. */
  readonly python: string;
  readonly address: string;
  readonly namespace: string;
  /** The task queue of the Python worker. */
  readonly taskQueue: string;
  /** Has a folder for each training of this host. */
  readonly trainings: string;
}

const script = fileURLToPath(new URL('../training/worker.py', import.meta.url));
const RESTART_AFTER_MS = { first: 1_000, most: 60_000 };
const STOP_WITHIN_MS = 10_000;
/** The number of last lines of the process that are logged with its end. */
const LAST_LINES = 10;

/**
 * Starts the Python worker, and logs what it prints. Each time the process ends by itself, logs an error and
 * restarts it.
 */
export function startTrainingWorker(settings: TrainingWorkerSettings, logger: Logger): TrainingWorker {
  const stopping = new AbortController();
  let child: ChildProcess | undefined;
  const supervise = async (): Promise<void> => {
    let wait = RESTART_AFTER_MS.first;
    while (!stopping.signal.aborted) {
      const startedAt = Date.now();
      child = launch(settings);
      const reason = await ended(child, logger);
      if (stopping.signal.aborted) return;
      if (Date.now() - startedAt > RESTART_AFTER_MS.most) wait = RESTART_AFTER_MS.first;
      logger.error({ python: settings.python, ...reason }, explain(settings.python, wait));
      await delay(wait, undefined, { signal: stopping.signal }).catch(() => {});
      wait = Math.min(wait * 2, RESTART_AFTER_MS.most);
    }
  };
  const supervising = supervise();
  return {
    async stop() {
      stopping.abort();
      // The process ends with its standard input, so it also ends if this process dies.
      child?.stdin?.end();
      const kill = setTimeout(() => child?.kill('SIGKILL'), STOP_WITHIN_MS);
      await supervising;
      clearTimeout(kill);
    },
  };
}

function launch({ python, address, namespace, taskQueue, trainings }: TrainingWorkerSettings): ChildProcess {
  return spawn(python, [script, address, namespace, taskQueue, trainings], {
    stdio: ['pipe', 'ignore', 'pipe'],
    env: trainingEnvironment(),
  });
}

async function ended(child: ChildProcess, logger: Logger): Promise<{ cause: string; said: string[] }> {
  const said: string[] = [];
  createInterface({ input: child.stderr! }).on('line', (line) => {
    logger.debug({ component: 'training' }, line);
    said.splice(0, said.length - LAST_LINES + 1);
    said.push(line);
  });
  child.stdin!.on('error', () => {});
  try {
    const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
    return { cause: signal ?? `exit code ${code}`, said };
  } catch (error) {
    return { cause: reasonOf(error), said };
  }
}

function explain(python: string, wait: number): string {
  return (
    `the Python worker that trains models ended; the next start is in ${wait / 1000} s. Everything else works without it. ` +
    `Is '${python}' a Python with the training packages? A native stack (npx asof stack up) brings one; else set ASOF_PYTHON`
  );
}
