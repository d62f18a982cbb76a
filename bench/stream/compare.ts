import { stackUp } from '../../stack/index.ts';
import type { Progress } from '../../stack/progress.ts';
import { machine } from '../measure/machine.ts';
import { asofLatency } from './asof/latency.ts';
import { type ThroughputRun, asofThroughput } from './asof/throughput.ts';
import { checkpoint } from './database.ts';
import type { StreamShape } from './events.ts';
import type { Latency, Trickle } from './latency.ts';
import { sparkLatency } from './spark/latency.ts';
import { installSpark } from './spark/software.ts';
import { type Spark, withSpark } from './spark/spark.ts';
import { sparkThroughput } from './spark/throughput.ts';
import { type FilledTopic, withFilledTopic } from './topic.ts';

export const CONTENDERS = ['asof, 1 worker', 'asof, 2 workers', 'spark'] as const;
export type Contender = (typeof CONTENDERS)[number];

export interface CompareOptions extends StreamShape {
  readonly rounds: number;
  readonly trickle: Trickle;
  /** Asof's trigger in the measurement of latency. */
  readonly trigger: string;
}

export interface Comparison {
  readonly machine: object;
  readonly options: CompareOptions;
  readonly windowRows: number;
  readonly throughput: Readonly<Record<Contender, readonly ThroughputRun[]>>;
  readonly latency: { readonly asof: Latency; readonly spark: Latency };
}

/**
 * The events of Spark's warm-up run, because its session lives through all runs. Asof's workers are new in
 * each run.
 */
const WARM_UP_EVENTS = 100_000;

/** Measures both sides on the same broker and the same database, in turns, one at a time. */
export async function compare(
  options: CompareOptions,
  progress: Progress,
  signal: AbortSignal,
): Promise<Comparison> {
  await stackUp({ progress, signal });
  const installation = await installSpark(progress, signal);
  const name = `bench-${process.pid}`;
  return withSpark(installation, async (spark) => {
    await withFilledTopic(`${name}-warm-up`, { ...options, events: WARM_UP_EVENTS }, progress, (filled) =>
      sparkThroughput(spark, filled),
    );
    return withFilledTopic(name, options, progress, async (filled) => {
      const throughput = await measureRounds({ spark, filled, count: options.rounds, progress, signal });
      const latency = {
        asof: await asofLatency(`${name}-latency-asof`, options.trigger, options.trickle),
        spark: await sparkLatency(spark, `${name}-latency-spark`, options.trickle),
      };
      return { machine: machine(), options, windowRows: filled.expected.rows, throughput, latency };
    });
  });
}

interface Rounds {
  readonly spark: Spark;
  readonly filled: FilledTopic;
  readonly count: number;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

async function measureRounds({
  spark,
  filled,
  count,
  progress,
  signal,
}: Rounds): Promise<Comparison['throughput']> {
  const run: Record<Contender, () => Promise<ThroughputRun>> = {
    'asof, 1 worker': () => asofThroughput({ ...filled, workers: 1 }),
    'asof, 2 workers': () => asofThroughput({ ...filled, workers: 2 }),
    spark: () => sparkThroughput(spark, filled),
  };
  const runs: Record<Contender, ThroughputRun[]> = { 'asof, 1 worker': [], 'asof, 2 workers': [], spark: [] };
  for (let round = 1; round <= count; round += 1) {
    for (const contender of CONTENDERS) {
      signal.throwIfAborted();
      await checkpoint();
      const result = await run[contender]();
      runs[contender].push(result);
      progress(
        `round ${round} of ${count}: ${contender}: ${Math.round(result.eventsPerSecond)} events/s in ${result.seconds.toFixed(1)} s, ` +
          `peak ${result.memoryMiB.peak} MiB, steal ${(result.cpu.steal * 100).toFixed(1)} %`,
      );
    }
  }
  return runs;
}
