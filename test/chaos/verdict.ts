/** Whether a run ended as it must. */
export interface Verdict {
  readonly passed: boolean;
  readonly text: string;
}

/** The round at which a run ended. */
export interface Failure {
  readonly round: number;
  /** True: the round ended, and its outcome differs from what it must be. False: the round broke off. */
  readonly differs: boolean;
  /** The differences, or the error that broke the round off. */
  readonly found: readonly string[];
}

interface Judged {
  readonly plant?: string | undefined;
  readonly failure?: Failure | undefined;
  /** What holds if nothing fails. */
  readonly holds: string;
}

/**
 * A run without a planted bug passes if no round fails. A run with a planted bug passes if a round ends with
 * a difference; a round that broke off does not count, because it may have another cause.
 */
export function verdictOn({ plant, failure, holds }: Judged): Verdict {
  if (plant === undefined) {
    return failure ? { passed: false, text: 'Asof did not pass' } : { passed: true, text: holds };
  }
  if (failure?.differs) return { passed: true, text: `the planted bug '${plant}' was caught` };
  const why = failure ? 'the round broke off before its outcome could be compared' : 'nothing differs';
  return {
    passed: false,
    text: `the planted bug '${plant}' was not caught: ${why}; try more rounds, more faults or another seed`,
  };
}
