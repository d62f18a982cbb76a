import { count, markdownTable, percent } from '../measure/markdown.ts';
import type { Results } from '../measure/results.ts';
import { median } from '../measure/statistics.ts';
import { barChart, svg } from '../measure/svg.ts';
import type { ThroughputRun } from './asof/throughput.ts';
import { CONTENDERS, type Comparison, type Contender } from './compare.ts';
import type { Latency } from './latency.ts';

export function comparisonResults(comparison: Comparison): Results {
  const { options, windowRows } = comparison;
  const shape = `${count(options.events)} events of ${count(options.users)} users, ${count(windowRows)} window rows`;
  return {
    name: 'stream',
    markdown: [
      `Kafka to Postgres, ${shape}; ${options.rounds} rounds, interleaved.`,
      'Asof commits raw events, tiles, window rows and the ledger; Spark the window rows alone.',
      '',
      throughputTable(comparison),
      '',
      `Produced to visible in Postgres, one event every ${options.trickle.gapMs} ms:`,
      '',
      latencyTable(comparison),
    ].join('\n'),
    figures: { ...comparison, ratios: ratios(comparison) },
    picture: picture(comparison),
  };
}

function ratios(comparison: Comparison): Record<string, number> {
  const { asof, spark } = comparison.latency;
  return {
    ...Object.fromEntries(CONTENDERS.map((contender) => [contender, ratio(comparison, contender)])),
    'latency p99, spark over asof': spark.p99Ms / asof.p99Ms,
  };
}

/** The median of the ratios within each round. Noise that affects both sides of a round cancels out. */
function ratio({ throughput }: Comparison, contender: Contender): number {
  return median(
    throughput[contender].map(
      ({ eventsPerSecond }, round) => eventsPerSecond / throughput.spark[round]!.eventsPerSecond,
    ),
  );
}

function throughputTable(comparison: Comparison): string {
  const of = (runs: readonly ThroughputRun[], pick: (run: ThroughputRun) => number) => runs.map(pick);
  return markdownTable(
    [
      '',
      'events/s, least',
      'median',
      'most',
      '× Spark',
      'memory at start, MiB',
      'at end',
      'peak',
      'window rows',
      'steal',
    ],
    CONTENDERS.map((contender) => {
      const runs = comparison.throughput[contender];
      const speeds = of(runs, ({ eventsPerSecond }) => eventsPerSecond);
      return [
        contender,
        ...[Math.min(...speeds), median(speeds), Math.max(...speeds)].map(count),
        ratio(comparison, contender).toFixed(2),
        ...(['start', 'end', 'peak'] as const).map((when) =>
          count(median(of(runs, ({ memoryMiB }) => memoryMiB[when]))),
        ),
        count(median(of(runs, ({ windowRows }) => windowRows))),
        percent(Math.max(...of(runs, ({ cpu }) => cpu.steal))),
      ];
    }),
  );
}

function latencyTable({ latency, options }: Comparison): string {
  const row = (name: string, { p50Ms, p99Ms, maxMs, events, cpu }: Latency) => [
    name,
    count(p50Ms),
    count(p99Ms),
    count(maxMs),
    count(events),
    percent(cpu.steal),
  ];
  return markdownTable(
    ['', 'p50, ms', 'p99, ms', 'most, ms', 'events', 'steal'],
    [row(`asof, trigger ${options.trigger}`, latency.asof), row('spark, trigger 0 seconds', latency.spark)],
  );
}

function picture(comparison: Comparison): string {
  const speed = (contender: Contender) =>
    median(comparison.throughput[contender].map((run) => run.eventsPerSecond));
  const { asof, spark } = comparison.latency;
  const bar = (label: string, value: number, unit: string) => ({
    label,
    value,
    text: `${count(value)} ${unit}`,
  });
  return svg([
    barChart(
      'Events per second, Kafka to Postgres (more is better)',
      CONTENDERS.map((contender) => bar(contender, speed(contender), 'events/s')),
    ),
    barChart('Produced to visible in Postgres, p50 (less is better)', [
      bar('asof', asof.p50Ms, 'ms'),
      bar('spark', spark.p50Ms, 'ms'),
    ]),
    barChart('Produced to visible in Postgres, p99 (less is better)', [
      bar('asof', asof.p99Ms, 'ms'),
      bar('spark', spark.p99Ms, 'ms'),
    ]),
  ]);
}
