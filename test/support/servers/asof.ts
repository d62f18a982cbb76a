import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { WORKER_READY } from '../../../cli/servers/worker.ts';

const bin = fileURLToPath(new URL('../../../bin/asof.mjs', import.meta.url));
const demo = fileURLToPath(new URL('../../../examples/churn/demo/demo.mjs', import.meta.url));
const fraudDemo = fileURLToPath(new URL('../../../examples/fraud/demo/demo.mjs', import.meta.url));

export interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `asof ARG …` to its end. */
export async function runAsof(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Run> {
  return runScript(bin, args, env);
}

/** Runs the demo as `npm run demo -- ARG …` does, to its end. */
export async function runDemo(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Run> {
  return runScript(demo, args, env);
}

/** Runs the fraud example's demo as `npm run demo:fraud -- ARG …` does, to its end. */
export async function runFraudDemo(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Run> {
  return runScript(fraudDemo, args, env);
}

async function runScript(script: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<Run> {
  try {
    return { code: 0, ...(await promisify(execFile)(process.execPath, [script, ...args], { env })) };
  } catch (error) {
    const { code, stdout, stderr } = error as Run;
    return { code, stdout, stderr };
  }
}

/** Starts `asof worker` in a process of its own and waits until it polls. */
export async function spawnWorker(env: NodeJS.ProcessEnv): Promise<ChildProcess> {
  const child = spawn(process.execPath, [bin, 'worker'], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  const output: string[] = [];
  for await (const line of createInterface({ input: child.stderr })) {
    output.push(line);
    if (line === WORKER_READY) return child;
  }
  throw new Error(`the worker ended before it was ready:\n${output.join('\n')}`);
}

/** Kills a process with SIGKILL and waits until it has exited. */
export async function kill(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}
