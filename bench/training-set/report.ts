import { machine } from '../measure/machine.ts';
import { count, markdownTable, percent } from '../measure/markdown.ts';
import type { Results } from '../measure/results.ts';
import { median } from '../measure/statistics.ts';
import { barChart, svg } from '../measure/svg.ts';
import type { SetComparison, SideRun } from './compare.ts';
import type { Side } from './sides.ts';

const NAMES: Readonly<Record<Side, string>> = {
  warm: 'Asof, with its mirror',
  cold: 'Asof, without a mirror',
  copy: 'COPY out of Postgres, DuckDB',
  parquet: 'DuckDB over Parquet',
  feast: 'Feast on the same Postgres',
};

/** The seconds of each side, and how many times those of DuckDB the sides of Asof take in the same round. */
export function setResults({ shape, featureRows, runs, cpu }: SetComparison): Results {
  const of = (side: Side, rows: number): SideRun[] =>
    runs.filter((run) => run.side === side && run.rows === rows);
  const seconds = (side: Side, rows: number): number => median(of(side, rows).map((run) => run.seconds));
  const against = (side: Side, rows: number, other: Side): number =>
    median(of(side, rows).map((run, round) => run.seconds / of(other, rows)[round]!.seconds));
  const spines = [shape.rows, shape.few];
  const sides = (Object.keys(NAMES) as Side[]).filter((side) => runs.some((run) => run.side === side));
  const ratios = {
    warmToParquet: against('warm', shape.rows, 'parquet'),
    coldToCopy: against('cold', shape.rows, 'copy'),
    fewToMany: seconds('warm', shape.few) / seconds('warm', shape.rows),
    ...(shape.feast && { feastToWarm: against('feast', shape.few, 'warm') }),
  };
  const table = markdownTable(
    ['', ...spines.map((rows) => `seconds, ${count(rows)} rows`), 'most memory, MiB'],
    sides.map((side) => [
      NAMES[side],
      ...spines.map((rows) =>
        of(side, rows)
          .map((run) => run.seconds.toFixed(1))
          .join('; '),
      ),
      count(Math.max(...runs.filter((run) => run.side === side).map(({ memoryMiB }) => memoryMiB))),
    ]),
  );
  return {
    name: 'training-set',
    markdown: [
      `Spines of ${count(shape.rows)} and ${count(shape.few)} rows with three tables of ${count(featureRows)} rows; all rows equal; steal ${percent(cpu.steal)}:`,
      '',
      table,
      '',
      `With its mirror, hash and registration, ${ratios.warmToParquet.toFixed(2)} × DuckDB over Parquet; without, ${ratios.coldToCopy.toFixed(2)} × COPY and DuckDB. The small spine takes ${ratios.fewToMany.toFixed(2)} × the large one.${shape.feast ? ` Feast takes ${ratios.feastToWarm!.toFixed(2)} × Asof with its mirror for the small spine.` : ''}`,
    ].join('\n'),
    figures: { machine: machine(), shape, featureRows, cpu, runs, ratios },
    picture: svg([
      barChart(
        `Seconds for ${count(shape.rows)} rows (less is better)`,
        sides
          .filter((side) => of(side, shape.rows).length > 0)
          .map((side) => ({
            label: NAMES[side],
            value: seconds(side, shape.rows),
            text: seconds(side, shape.rows).toFixed(1),
          })),
      ),
    ]),
  };
}
