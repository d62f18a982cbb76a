import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { finished } from 'node:stream/promises';
import { promisify } from 'node:util';
import { AsofError } from '../../domain/errors/asof-error.ts';
import { PRIVATE_FILE, withUmask } from '../private-files.ts';
import type { Detail } from '../progress.ts';
import { childEnvironment } from './child-environment.ts';
import { logTail } from './log-tail.ts';

export interface RunOptions {
  cwd: string;
  log: string;
  signal: AbortSignal;
  /** What the command is for. Omitted: an installation. */
  purpose?: 'server';
  /** Variables beside those that the command's purpose needs. */
  env?: NodeJS.ProcessEnv;
  detail?: Detail;
  /** The command's standard input. Omitted: empty. */
  input?: string;
  /** Omitted: that of this process. */
  umask?: number;
}

/**
 * Runs a command of an installation to its end, and appends its output to the log.
 *
 * @throws AsofError `ASOF_STACK_INSTALL_FAILED` (unavailable), with the last lines of the log;
 * `ASOF_STACK_DOWNLOAD_CHANGED` if they say that a download has another hash.
 */
export async function run(command: string, args: readonly string[], options: RunOptions): Promise<void> {
  options.signal.throwIfAborted();
  const env = { ...childEnvironment(options.purpose ?? 'installer'), ...options.env };
  const child = withUmask(options.umask, () =>
    spawn(command, args, { cwd: options.cwd, env, detached: true, stdio: ['pipe', 'pipe', 'pipe'] }),
  );
  child.stdin.on('error', () => {}).end(options.input);
  const release = killOnAbortOrExit(child, options.signal);
  try {
    await Promise.all([once(child, 'close'), copyOutput(child, options)]);
    options.signal.throwIfAborted();
    const end = child.exitCode ?? child.signalCode;
    if (end !== 0) throw failure(command, args, `ended with ${end}`, options.log);
  } catch (cause) {
    if (cause instanceof AsofError || options.signal.aborted) throw cause;
    throw failure(command, args, (cause as Error).message, options.log);
  } finally {
    release();
  }
}

/** Runs a short command and returns its output; its error output if there is no other. */
export async function capture(command: string, args: readonly string[], timeoutMs = 20_000): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)(command, args, {
    timeout: timeoutMs,
    env: childEnvironment('installer'),
    maxBuffer: 1 << 26,
  });
  return stdout || stderr;
}

/** Kills the child's whole process group on abort or exit, because builds start children of their own. */
function killOnAbortOrExit(child: ChildProcess, signal: AbortSignal): () => void {
  const kill = () => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // The group has already ended.
    }
  };
  signal.addEventListener('abort', kill);
  process.on('exit', kill);
  return () => {
    signal.removeEventListener('abort', kill);
    process.off('exit', kill);
  };
}

async function copyOutput(child: ChildProcess, { log, detail }: RunOptions): Promise<void> {
  const file = createWriteStream(log, { flags: 'a', mode: PRIVATE_FILE });
  const copies = [child.stdout!, child.stderr!].map(async (output) => {
    for await (const line of createInterface({ input: output })) {
      file.write(`${line}\n`);
      if (line.trim()) detail?.(line);
    }
  });
  await Promise.all(copies);
  file.end();
  await finished(file);
}

/** The words of pip, uv, Go and Maven for a download that is not the one that a lock or a registry names. */
const HASH_DIFFERS =
  /do not match the hashes|hash mismatch|checksum mismatch|security error|checksum validation failed/i;

function failure(command: string, args: readonly string[], how: string, log: string): AsofError {
  const shown = [command, ...args].join(' ').slice(0, 300);
  const said = logTail(log);
  return new AsofError(
    HASH_DIFFERS.test(said) ? 'ASOF_STACK_DOWNLOAD_CHANGED' : 'ASOF_STACK_INSTALL_FAILED',
    `\`${shown}\` ${how}. Its last lines:\n${said}\nThe whole log: ${log}`,
    { details: { command: shown, log } },
  );
}
