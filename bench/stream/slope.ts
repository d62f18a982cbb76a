import type { Pool } from '../../db/sql/client.ts';
import { stackUp } from '../../stack/index.ts';
import type { Progress } from '../../stack/progress.ts';
import { type CpuShares, cpuSharesSince, cpuTimes } from '../measure/cpu.ts';
import { machine } from '../measure/machine.ts';
import { count, markdownTable } from '../measure/markdown.ts';
import { residentMiB } from '../measure/memory.ts';
import type { Results } from '../measure/results.ts';
import { type Fit, fitLine } from '../measure/statistics.ts';
import { scatterChart, svg } from '../measure/svg.ts';
import { withAsofProject } from './asof/project.ts';
import { withWorkerProcesses } from './asof/workers.ts';
import type { StreamShape } from './events.ts';
import { withFilledTopic } from './topic.ts';

/** A micro-batch: the time since the commit of the one before, and the worker's memory at its commit. */
interface BatchPoint {
  readonly batch: number;
  readonly seconds: number;
  readonly memoryMiB: number;
}

interface Sample {
  readonly at: number;
  readonly memoryMiB: number;
}

const SAMPLE_EVERY_MS = 500;
/** Small micro-batches, so that there are many. */
const BATCH_RECORDS = 10_000;
/** The share of micro-batches at the start that is left out, because the process is still cold. */
const WARM_UP_SHARE = 0.1;

/** Measures the time per micro-batch and the memory of one worker over a long stream. Neither may grow. */
export async function slope(shape: StreamShape, progress: Progress, signal: AbortSignal): Promise<Results> {
  await stackUp({ progress, signal });
  const before = cpuTimes();
  const points = await withFilledTopic(`bench-${process.pid}`, shape, progress, ({ topic }) =>
    measure(topic, progress, signal),
  );
  return results(shape, points, cpuSharesSince(before));
}

async function measure(topic: string, progress: Progress, signal: AbortSignal): Promise<BatchPoint[]> {
  return withAsofProject(topic, ({ source, asof, pool, environment }) =>
    withWorkerProcesses(1, environment, async (pids) => {
      const samples: Sample[] = [];
      const sampling = setInterval(
        () => samples.push({ at: Date.now(), memoryMiB: residentMiB(pids) }),
        SAMPLE_EVERY_MS,
      );
      let said = 0;
      const onProgress = ({ lag }: { lag: number }): void => {
        if (Date.now() - said < 10_000) return;
        said = Date.now();
        progress(`slope: ${count(lag)} records to go, ${samples.at(-1)?.memoryMiB ?? 0} MiB`);
      };
      try {
        const maxRecords = BATCH_RECORDS;
        await asof.stream(source).readToHead({ from: 'earliest', maxRecords, onProgress, signal });
      } finally {
        clearInterval(sampling);
      }
      return batchPoints(await commitTimes(pool), samples);
    }),
  );
}

/** The commit times of the micro-batches, in ms since 1970. */
async function commitTimes(pool: Pool): Promise<number[]> {
  const { rows } = await pool.query<{ at: number }>(`
    SELECT extract(epoch FROM known_at)::float8 * 1000 AS at
    FROM asof.writes WHERE kind = 'stream' ORDER BY sequence`);
  return rows.map(({ at }) => at);
}

function batchPoints(commits: readonly number[], samples: readonly Sample[]): BatchPoint[] {
  const memoryAt = (moment: number) =>
    samples.findLast(({ at }) => at <= moment)?.memoryMiB ?? samples[0]!.memoryMiB;
  return commits.slice(1).map((at, index) => ({
    batch: index + 2,
    seconds: (at - commits[index]!) / 1000,
    memoryMiB: memoryAt(at),
  }));
}

function results(shape: StreamShape, points: readonly BatchPoint[], cpu: CpuShares): Results {
  // The last micro-batch holds the remaining records, so it is smaller than the others.
  const steady = points.slice(Math.ceil(points.length * WARM_UP_SHARE), -1);
  const time = fitLine(steady.map(({ batch, seconds }) => [batch, seconds]));
  const memory = fitLine(steady.map(({ batch, memoryMiB }) => [batch, memoryMiB]));
  const row = (name: string, fit: Fit, digits: number) => {
    const [first, last] = [steady[0]!, steady.at(-1)!].map(
      ({ batch }) => fit.intercept + fit.slope * batch,
    ) as [number, number];
    const change = ((last - first) / first) * 100;
    return [
      name,
      first.toFixed(digits),
      last.toFixed(digits),
      `${change.toFixed(1)} %`,
      `${(fit.slope * 1000).toFixed(digits)} ± ${(fit.error * 2000).toFixed(digits)}`,
    ];
  };
  const shown = `${count(shape.events)} events, ${points.length + 1} micro-batches of ${count(BATCH_RECORDS)}`;
  return {
    name: 'stream-slope',
    markdown: [
      `${shown}, one worker. The line through all micro-batches but the first ${WARM_UP_SHARE * 100} %:`,
      '',
      markdownTable(
        [
          '',
          'line at its start',
          'at its end',
          'change',
          'slope in 1,000 micro-batches, ± 2 standard errors',
        ],
        [row('seconds per micro-batch', time, 3), row('memory, MiB', memory, 0)],
      ),
    ].join('\n'),
    figures: { machine: machine(), shape, cpu, time, memory, points },
    picture: svg([
      scatterChart({
        title: 'Seconds per micro-batch',
        points: steady.map((p) => [p.batch, p.seconds]),
        line: time,
        xLabel: 'micro-batch',
      }),
      scatterChart({
        title: "Worker's memory, MiB",
        points: steady.map((p) => [p.batch, p.memoryMiB]),
        line: memory,
        xLabel: 'micro-batch',
      }),
    ]),
  };
}
