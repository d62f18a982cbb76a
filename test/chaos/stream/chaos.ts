import { describeError } from '../../../cli/shared/output.ts';
import type { Progress } from '../../../stack/progress.ts';
import { runWithFaults } from '../../support/faults/faulted-run.ts';
import type { PlantedBug } from '../../support/faults/planted-bugs.ts';
import { roundsToRun } from '../rounds.ts';
import type { Failure } from '../verdict.ts';
import { describePlan, describeRun } from './describe.ts';
import type { FinishedRound } from './finished-round.ts';
import { planRound } from './plan-round.ts';

export interface ChaosOptions {
  readonly seed: number;
  /** The number of kills in all rounds together. */
  readonly kills: number;
  readonly rounds: number;
  /** The only round to run, counted from 1. Omitted: all rounds. */
  readonly round?: number | undefined;
  readonly plant?: PlantedBug | undefined;
}

export interface ChaosOutcome {
  readonly options: ChaosOptions;
  readonly rounds: readonly FinishedRound[];
  readonly failure?: Failure;
}

/** Runs the rounds one after another, up to the first that fails. */
export async function chaos(
  options: ChaosOptions,
  progress: Progress,
  signal: AbortSignal,
): Promise<ChaosOutcome> {
  const finished: FinishedRound[] = [];
  for (const round of roundsToRun(options)) {
    const plan = { ...planRound(options.seed, round, killsOf(options, round)), bug: options.plant };
    const say = (line: string): void => progress(`round ${round} of ${options.rounds}: ${line}`);
    say(describePlan(plan));
    try {
      const startedAt = performance.now();
      const run = await runWithFaults(plan, signal);
      finished.push({ plan, run, seconds: (performance.now() - startedAt) / 1000 });
    } catch (error) {
      signal.throwIfAborted();
      return { options, rounds: finished, failure: { round, differs: false, found: [describeError(error)] } };
    }
    say(describeRun(finished.at(-1)!));
    const { ledger, rows } = finished.at(-1)!.run.differences;
    const found = [...ledger, ...rows];
    if (found.length > 0) return { options, rounds: finished, failure: { round, differs: true, found } };
  }
  return { options, rounds: finished };
}

/** The number of kills in one round. */
function killsOf({ kills, rounds }: ChaosOptions, round: number): number {
  return Math.floor((kills * round) / rounds) - Math.floor((kills * (round - 1)) / rounds);
}
