import type { ChaosOutcome } from './chaos.ts';

/** Whether a run ended as it must. */
export interface Verdict {
  readonly passed: boolean;
  readonly text: string;
}

/**
 * A run without a planted bug passes if no round fails. A run with a planted bug passes if a round ends with
 * a difference; a round that broke off does not count, because it may have another cause.
 */
export function verdictOn({
  options: { plant },
  failure,
}: Pick<ChaosOutcome, 'options' | 'failure'>): Verdict {
  if (plant === undefined) {
    return failure
      ? { passed: false, text: 'Asof did not pass' }
      : {
          passed: true,
          text: "ledgers clean; raw events, dead letters, late events and window rows are the oracle's",
        };
  }
  if (failure?.differs) return { passed: true, text: `the planted bug '${plant}' was caught` };
  const why = failure ? 'the round broke off before its outcome could be compared' : 'nothing differs';
  return {
    passed: false,
    text: `the planted bug '${plant}' was not caught: ${why}; try more rounds, more kills or another seed`,
  };
}
