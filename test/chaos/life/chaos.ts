import { describeError } from '../../../cli/shared/output.ts';
import type { Progress } from '../../../stack/progress.ts';
import type { LifeBug } from '../../support/faults/planted-bugs.ts';
import { type LifePlan, planLife } from '../../support/life/life-plan.ts';
import { liveThrough } from '../../support/life/live-through.ts';
import type { FailedRound } from '../failed-round.ts';
import { roundsToRun } from '../rounds.ts';
import { type Failure, type Verdict, verdictOn } from '../verdict.ts';

export interface LifeOptions {
  readonly seed: number;
  readonly rounds: number;
  /** The only round to run, counted from 1. Omitted: all rounds. */
  readonly round?: number | undefined;
  readonly plant?: LifeBug | undefined;
}

/** The result of a run as JSON. */
export interface LifeFigures {
  readonly options: LifeOptions;
  readonly rounds: number;
  /** How often each fault struck. */
  readonly struck: Readonly<Record<string, number>>;
  readonly seconds: number;
  readonly verdict: Verdict;
  readonly failure?: FailedRound;
}

const HOLDS =
  "streams, batch tables, training sets and answers are the oracle's; each model was registered once; nothing was left behind";

/** Runs the rounds one after another, up to the first that fails. */
export async function lifeChaos(
  options: LifeOptions,
  progress: Progress,
  signal: AbortSignal,
): Promise<LifeFigures> {
  const startedAt = performance.now();
  const { plant, rounds } = options;
  const struck: Record<string, number> = {};
  let finished = 0;
  const figures = (failed?: Failure): LifeFigures => ({
    options,
    rounds: finished,
    struck,
    seconds: Math.round((performance.now() - startedAt) / 1000),
    verdict: verdictOn({ plant, failure: failed, holds: HOLDS }),
    ...(failed && { failure: { ...failed, again: commandAgain(options, failed.round) } }),
  });
  for (const round of roundsToRun(options)) {
    const plan: LifePlan = { ...planLife(options.seed, round), bug: plant };
    const say = (line: string): void => progress(`round ${round} of ${rounds}: ${line}`);
    say(describe(plan));
    try {
      const life = await liveThrough(plan, say, signal);
      for (const what of life.struck) struck[what] = (struck[what] ?? 0) + 1;
      finished += 1;
      if (life.found.length > 0) return figures({ round, differs: true, found: life.found });
    } catch (error) {
      signal.throwIfAborted();
      return figures({ round, differs: false, found: [describeError(error)] });
    }
  }
  return figures();
}

function describe({ users, source, input, bug }: LifePlan): string {
  return [
    `${users} users, ${source.topicPartitions} partitions, ${input.shards} shards, late ${source.late}`,
    `maxRecords ${input.maxRecords}, trigger ${input.trigger}`,
    ...(bug ? [`planted ${bug}`] : []),
  ].join('; ');
}

/** The command that runs a round again. */
function commandAgain({ seed, rounds, plant }: LifeOptions, round: number): string {
  const planted = plant ? ` --plant ${plant}` : '';
  return `npm run chaos -- life --seed ${seed} --rounds ${rounds} --round ${round}${planted}`;
}
