import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Runs `work` beside a worker of Asof. The worker ends with it. */
export async function withWorker<Result>(work: () => Promise<Result>): Promise<Result> {
  // npm and npx put the commands of node_modules/.bin where a program finds them.
  const worker = spawn('asof', ['worker'], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ASOF_LOG_LEVEL: 'error', ...process.env },
  });
  const ended = once(worker, 'exit').then(([code, signal]) => {
    throw new Error(`the worker ended: ${code ?? signal}`);
  });
  try {
    return await Promise.race([work(), ended]);
  } finally {
    worker.kill();
    await ended.catch(() => {});
  }
}
