import { dayOf } from '../../domain/batch/day-tiles.ts';
import { parseInstant } from '../../domain/time/instant.ts';
import { stackUp } from '../../stack/index.ts';
import type { Progress } from '../../stack/progress.ts';
import { cpuSharesSince, cpuTimes } from '../measure/cpu.ts';
import { machine } from '../measure/machine.ts';
import { count, markdownTable } from '../measure/markdown.ts';
import type { Results } from '../measure/results.ts';
import { checkpoint } from '../stream/database.ts';
import { type DayShape, type History, withHistory } from './history.ts';

interface Shape extends DayShape {
  readonly short: number;
  readonly long: number;
  /** How many days are computed on either side. */
  readonly days: number;
}

/** The seconds of each day that was computed. */
interface Side {
  readonly seconds: number[];
  rows: number;
}

/** The first day that is computed: in the middle of tiles of each level. Tiles of four days are merged meanwhile. */
const FIRST = dayOf(parseInstant('2026-03-05T00:00:00Z')!);

/**
 * Measures a day of batch features after a long history and after a short one: the same days, with as many events and
 * entities, in turns.
 */
export async function compareHistories(
  shape: Shape,
  progress: Progress,
  signal: AbortSignal,
): Promise<Results> {
  await stackUp({ progress, signal });
  const [short, long]: [Side, Side] = [
    { seconds: [], rows: 0 },
    { seconds: [], rows: 0 },
  ];
  const before = cpuTimes();
  await withHistory(shape, (brief) =>
    withHistory(shape, async (lengthy) => {
      await fill(brief, shape.short, progress);
      await fill(lengthy, shape.long, progress);
      await checkpoint();
      for (let day = 0; day < shape.days; day += 1) {
        const sides = [
          { history: brief, side: short },
          { history: lengthy, side: long },
        ];
        // What is measured first has a colder server.
        for (const { history, side } of day % 2 === 0 ? sides : sides.toReversed()) {
          signal.throwIfAborted();
          await history.add(FIRST + day);
          const { seconds, rows } = await history.compute(FIRST + day + 1);
          side.seconds.push(seconds);
          side.rows = rows;
        }
        progress(
          `batch: day ${day + 1} of ${shape.days} took ${short.seconds.at(-1)!.toFixed(1)} s and ${long.seconds.at(-1)!.toFixed(1)} s`,
        );
      }
    }),
  );
  return results(shape, { short, long }, cpuSharesSince(before));
}

/** Adds the days before the first one, and computes the first, which makes their tiles. */
async function fill(history: History, days: number, progress: Progress): Promise<void> {
  for (let day = FIRST - days; day < FIRST; day += 1) await history.add(day);
  const { seconds, rows } = await history.compute(FIRST);
  progress(`batch: the tiles of ${days} days, and ${count(rows)} rows, took ${seconds.toFixed(1)} s`);
}

function results(
  shape: Shape,
  { short, long }: { readonly short: Side; readonly long: Side },
  cpu: object,
): Results {
  const total = ({ seconds }: Side): number => seconds.reduce((sum, one) => sum + one, 0);
  const ratio = total(long) / total(short);
  const row = (days: number, side: Side): string[] => [
    `after ${days} days`,
    side.seconds.map((seconds) => seconds.toFixed(2)).join('; '),
    (total(side) / side.seconds.length).toFixed(2),
    count(side.rows),
  ];
  return {
    name: 'batch',
    markdown: [
      `${count(shape.users)} users, ${count(shape.users * shape.events)} events a day; the two batch tables of the churn example, ${shape.days} days one after the other:`,
      '',
      markdownTable(
        ['', 'seconds of each day', 'mean', 'rows of a day'],
        [row(shape.short, short), row(shape.long, long)],
      ),
      '',
      `A day after ${shape.long} days takes ${ratio.toFixed(2)} × the same day after ${shape.short}.`,
    ].join('\n'),
    figures: { machine: machine(), shape, cpu, ratio, short, long },
  };
}
