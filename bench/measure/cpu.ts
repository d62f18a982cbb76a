import { readFileSync } from 'node:fs';

/** Jiffies of all processors since boot, as the first line of /proc/stat counts them. */
export interface CpuTimes {
  readonly total: number;
  readonly idle: number;
  readonly steal: number;
}

/** How the processors were used between two moments, as shares of all their time. */
export interface CpuShares {
  readonly busy: number;
  /** Time that the host gave to others although we had work. */
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
