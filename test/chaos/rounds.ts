/** The rounds to run, counted from 1: all of them, or only `round`. */
export function roundsToRun({
  round,
  rounds,
}: {
  readonly round?: number | undefined;
  readonly rounds: number;
}): number[] {
  return round === undefined ? Array.from({ length: rounds }, (_, index) => index + 1) : [round];
}
