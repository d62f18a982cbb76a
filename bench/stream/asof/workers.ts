import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { WORKER_READY } from '../../../cli/servers/worker.ts';

const bin = fileURLToPath(new URL('../../../bin/asof.mjs', import.meta.url));

/** Runs `work` with the pids of `count` new `asof worker` processes, and stops them afterwards. */
export async function withWorkerProcesses<Result>(
  count: number,
  environment: NodeJS.ProcessEnv,
  work: (pids: readonly number[]) => Promise<Result>,
): Promise<Result> {
  const workers = await Promise.all(Array.from({ length: count }, () => startWorker(environment)));
  try {
    return await work(workers.map(({ pid }) => pid!));
  } finally {
    await Promise.all(workers.map(stop));
  }
}

async function startWorker(environment: NodeJS.ProcessEnv): Promise<ChildProcess> {
  const child = spawn(process.execPath, [bin, 'worker'], {
    env: environment,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stderr })) {
    lines.push(line);
    if (line !== WORKER_READY) continue;
    child.stderr.on('data', (text: Buffer) => process.stderr.write(text)).resume();
    return child;
  }
  throw new Error(`the worker ended before it was ready:\n${lines.join('\n')}`);
}

async function stop(worker: ChildProcess): Promise<void> {
  if (worker.exitCode !== null || worker.signalCode !== null) return;
  const ended = once(worker, 'exit');
  worker.kill('SIGTERM');
  await ended;
}
