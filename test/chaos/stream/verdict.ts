import type { ChaosOutcome } from './chaos.ts';

/** Whether a run ended as it must. */
export interface Verdict {
  readonly passed: boolean;
  readonly text: string;
}

/**
 * Asof must pass, and a planted bug must be caught: by a difference, for a round that broke off may have other reasons.
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
