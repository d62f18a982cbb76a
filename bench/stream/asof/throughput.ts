import { type CpuShares, cpuSharesSince, cpuTimes } from '../../measure/cpu.ts';
import { type MemoryUse, MemoryWatch } from '../../measure/memory.ts';
import type { ExpectedWindows } from '../expected-windows.ts';
import { type AsofProject, withAsofProject } from './project.ts';
import { withWorkerProcesses } from './workers.ts';

export interface ThroughputRun {
  readonly seconds: number;
  readonly eventsPerSecond: number;
  readonly windowRows: number;
  readonly memoryMiB: MemoryUse;
  readonly cpu: CpuShares;
}

export interface AsofLoad {
  readonly topic: string;
  readonly events: number;
  readonly workers: number;
  readonly expected: ExpectedWindows;
  readonly onLag?: (lag: number) => void;
}

/**
 * Measures from the start of the stream's workflow until its cursors are at the head. By then raw events,
 * tiles, window rows and the ledger are committed. The workers are started before, and are otherwise cold.
 *
 * @throws Error if the ledger or the window rows are not as expected.
 */
export async function asofThroughput({
  topic,
  events,
  workers,
  expected,
  onLag,
}: AsofLoad): Promise<ThroughputRun> {
  return withAsofProject(topic, (project) =>
    withWorkerProcesses(workers, project.environment, async (pids) => {
      const memory = new MemoryWatch(pids);
      const before = cpuTimes();
      const startedAt = performance.now();
      await project.asof.stream(project.source).readToHead({
        from: 'earliest',
        shards: workers,
        onProgress: onLag && (({ lag }) => onLag(lag)),
      });
      const seconds = (performance.now() - startedAt) / 1000;
      const cpu = cpuSharesSince(before);
      const memoryMiB = memory.stop();
      await expectWindows(project, expected);
      return { seconds, eventsPerSecond: events / seconds, windowRows: expected.rows, memoryMiB, cpu };
    }),
  );
}

/** Figures of rows that are wrong are worth nothing. */
async function expectWindows({ asof, pool, source }: AsofProject, expected: ExpectedWindows): Promise<void> {
  const check = await asof.stream(source).check();
  if (!check.clean)
    throw new Error(`the ledger is not clean: ${JSON.stringify(check.violations.slice(0, 3))}`);
  const raw = check.partitions.reduce((sum, partition) => sum + partition.raw, 0);
  const { rows } = await pool.query<{ rows: number; events: number }>(
    'SELECT count(*)::float8 AS rows, sum(event_count_1h)::float8 AS events FROM features.user_activity_features',
  );
  const found: ExpectedWindows = { ...rows[0]!, raw };
  if (JSON.stringify(found, Object.keys(expected)) !== JSON.stringify(expected)) {
    throw new Error(`expected ${JSON.stringify(expected)}, found ${JSON.stringify(found)}`);
  }
}
