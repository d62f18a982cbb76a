import { readFileSync } from 'node:fs';

/** The jiffies of all processors since boot, from the first line of /proc/stat. */
export interface CpuTimes {
  readonly total: number;
  readonly idle: number;
  readonly steal: number;
}

/** The use of the processors between two moments, as shares of their total time. */
export interface CpuShares {
  readonly busy: number;
  /** The share of time that the host gave to others while this machine had work. */
  readonly steal: number;
}

export function cpuTimes(): CpuTimes {
  const [user, nice, system, idle, iowait, irq, softirq, steal] = readFileSync('/proc/stat', 'utf8')
    .split('\n', 1)[0]!
    .trim()
    .split(/\s+/)
    .slice(1)
    .map(Number) as [number, number, number, number, number, number, number, number];
  const total = user + nice + system + idle + iowait + irq + softirq + steal;
  return { total, idle: idle + iowait, steal };
}

export function cpuSharesSince(before: CpuTimes): CpuShares {
  const now = cpuTimes();
  const total = Math.max(1, now.total - before.total);
  const steal = (now.steal - before.steal) / total;
  return { busy: 1 - (now.idle - before.idle) / total - steal, steal };
}
