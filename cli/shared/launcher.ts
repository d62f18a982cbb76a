import { type ProcessEntry, commandOf, processEntry } from '../../stack/processes/table.ts';

/** npm starts a shell, and the shell starts the command, or a script that starts it. */
const MOST_LAUNCHERS = 3;
const LOOK_EVERY_MS = 1_000;

/**
 * Ends this process together with npx or npm, if one of them started it. A user sees and kills only npm's
 * process. npm passes signals to its shell, which does not pass them on, and a killed npm passes nothing on.
 * So this process sends itself SIGHUP, as a terminal does that closes, as soon as a process between npm and
 * itself has ended.
 */
export function hangUpWithLauncher(): void {
  if (process.env.npm_command === undefined) return;
  const chain = launchers();
  if (chain.length === 0) return;
  const looking = setInterval(() => {
    if (chain.every(({ pid, startedAt }) => processEntry(pid)?.startedAt === startedAt)) return;
    clearInterval(looking);
    process.kill(process.pid, 'SIGHUP');
  }, LOOK_EVERY_MS);
  looking.unref();
}

/**
 * The processes from the parent up to npm. Empty if npm is not among them, and for a process with a group of
 * its own, which is meant to outlive whoever started it.
 */
function launchers(): ProcessEntry[] {
  const chain: ProcessEntry[] = [];
  const group = processEntry(process.pid)?.group;
  let above = process.ppid;
  while (chain.length < MOST_LAUNCHERS) {
    const entry = processEntry(above);
    if (entry?.group !== group) return [];
    chain.push(entry!);
    if (/^npm\b/.test(commandOf(above))) return chain;
    above = entry!.parent;
  }
  return [];
}
