const LINES_SHOWN = 20;

/** The round at which a run ended, and the command that runs it again. */
export interface FailedRound {
  readonly round: number;
  readonly found: readonly string[];
  readonly again: string;
}

/** A failed round as text. */
export function failureLines({ round, found, again }: FailedRound): string[] {
  const more = found.length - LINES_SHOWN;
  return [
    `round ${round} failed:`,
    ...found.slice(0, LINES_SHOWN).map((line) => `✖ ${line}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
    `again: ${again}`,
  ];
}
