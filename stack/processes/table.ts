import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';

/** A living process. Its pid can be reused later; the pid and `startedAt` together identify it forever. */
export interface ProcessEntry {
  pid: number;
  parent: number;
  group: number;
  startedAt: string;
}

const onLinux = existsSync('/proc/self/stat');

/**
 * All living processes. A zombie counts as dead, except while it has threads that still run, because they
 * hold its ports.
 */
export function processTable(): ProcessEntry[] {
  if (!onLinux) return tableFromPs(['-A']);
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map((pid) => entryFromProc(Number(pid)))
    .filter((entry) => entry !== undefined);
}

export function processEntry(pid: number): ProcessEntry | undefined {
  return onLinux ? entryFromProc(pid) : tableFromPs(['-p', String(pid)])[0];
}

/** The command line of a process, as `ps` shows it. Empty for a dead process. */
export function commandOf(pid: number): string {
  try {
    if (onLinux) return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).trim();
  } catch {
    return '';
  }
}

/**
 * Parses /proc/PID/stat. The command's name can contain spaces and brackets, so the fields are counted from
 * the last bracket. Undefined for a dead process.
 */
export function parseProcStat(stat: string, boot: string): ProcessEntry | undefined {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, parent, group] = fields;
  const threads = Number(fields[17]);
  const ticks = fields[19];
  if (state === undefined || ticks === undefined) return undefined;
  if (state === 'X' || (state === 'Z' && threads <= 1)) return undefined;
  return {
    pid: Number.parseInt(stat, 10),
    parent: Number(parent),
    group: Number(group),
    startedAt: `${boot}/${ticks}`,
  };
}

export function parsePsLine(line: string): ProcessEntry | undefined {
  const [pid, parent, group, state = 'Z', ...started] = line.trim().split(/\s+/);
  if (state.startsWith('Z')) return undefined;
  return { pid: Number(pid), parent: Number(parent), group: Number(group), startedAt: started.join(' ') };
}

function entryFromProc(pid: number): ProcessEntry | undefined {
  try {
    return parseProcStat(readFileSync(`/proc/${pid}/stat`, 'utf8'), bootId());
  } catch {
    return undefined;
  }
}

/** The id of this boot. Start times count from the boot, so only both together identify a process. */
function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}

function tableFromPs(selection: string[]): ProcessEntry[] {
  const columns = ['-o', 'pid=', '-o', 'ppid=', '-o', 'pgid=', '-o', 'stat=', '-o', 'lstart='];
  try {
    const lines = execFileSync('ps', [...selection, ...columns], { encoding: 'utf8' })
      .trim()
      .split('\n');
    return lines.map(parsePsLine).filter((entry) => entry !== undefined);
  } catch {
    return [];
  }
}
