import { machine } from '../measure/machine.ts';
import { count, markdownTable, percent } from '../measure/markdown.ts';
import type { Results } from '../measure/results.ts';
import { median } from '../measure/statistics.ts';
import { barChart, svg } from '../measure/svg.ts';
import type { TailsComparison } from './compare.ts';

/** The seconds of both tables, and how many times those of the hour the month takes in the same round. */
export function tailResults({ shape, records, rounds, cpu }: TailsComparison): Results {
  const ratios = rounds.map(([hour, month]) => month.seconds / hour.seconds);
  const tables = [0, 1].map((place) => rounds.map((runs) => runs[place]!));
  const rows = tables.map((runs, place) => [
    runs[0]!.what,
    runs.map(({ seconds }) => seconds.toFixed(1)).join('; '),
    place === 0 ? '1' : ratios.map((ratio) => ratio.toFixed(2)).join('; '),
    count(runs[0]!.rows),
    count(median(runs.map(({ memoryMiB }) => memoryMiB))),
  ]);
  const shown = `${count(records)} records of ${count(shape.cards)} cards over 60 days, one worker, micro-batches of ${count(shape.maxRecords)}; steal ${percent(cpu.steal)}`;
  return {
    name: 'tails',
    markdown: [
      `${shown}:`,
      '',
      markdownTable(['window', 'seconds', '× the hour in its round', 'rows', 'memory at the end, MiB'], rows),
    ].join('\n'),
    figures: { machine: machine(), shape, records, cpu, rounds, ratios },
    picture: svg([
      barChart(
        'Seconds to make the table (less is better)',
        tables.map((runs) => {
          const value = median(runs.map(({ seconds }) => seconds));
          return { label: runs[0]!.what, value, text: value.toFixed(1) };
        }),
      ),
    ]),
  };
}
