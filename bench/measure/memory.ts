import { readFileSync } from 'node:fs';
import { familyOf } from '../../stack/processes/family.ts';
import { processTable } from '../../stack/processes/table.ts';

/** The resident memory of some processes and their descendants, in MiB. */
export interface MemoryUse {
  readonly start: number;
  readonly end: number;
  readonly peak: number;
}

const SAMPLE_EVERY_MS = 250;

/** Samples the resident memory of processes and their descendants until `stop`. */
export class MemoryWatch {
  readonly #pids: readonly number[];
  readonly #start: number;
  readonly #timer: NodeJS.Timeout;
  #peak: number;

  constructor(pids: readonly number[]) {
    this.#pids = pids;
    this.#start = residentMiB(pids);
    this.#peak = this.#start;
    this.#timer = setInterval(() => void this.sample(), SAMPLE_EVERY_MS);
  }

  sample(): number {
    const now = residentMiB(this.#pids);
    this.#peak = Math.max(this.#peak, now);
    return now;
  }

  stop(): MemoryUse {
    clearInterval(this.#timer);
    const end = this.sample();
    return { start: this.#start, end, peak: this.#peak };
  }
}

/** The resident memory of the processes and their descendants now, in MiB. */
export function residentMiB(roots: readonly number[]): number {
  const table = processTable();
  const family = roots.flatMap((pid) => {
    const startedAt = table.find((entry) => entry.pid === pid)?.startedAt;
    return startedAt === undefined ? [] : familyOf({ pid, startedAt }, table);
  });
  const pids = new Set(family.map(({ pid }) => pid));
  return Math.round([...pids].reduce((sum, pid) => sum + kiBOf(pid, 'VmRSS'), 0) / 1024);
}

/** The most resident memory that a process has had, in MiB, without its children: a clone has a compiler among them. */
export function mostResidentMiB(pid: number): number {
  return Math.round(kiBOf(pid, 'VmHWM') / 1024);
}

function kiBOf(pid: number, size: 'VmRSS' | 'VmHWM'): number {
  try {
    const line = readFileSync(`/proc/${pid}/status`, 'utf8').match(new RegExp(`^${size}:\\s+(\\d+) kB`, 'm'));
    return Number(line?.[1] ?? 0);
  } catch {
    return 0;
  }
}
