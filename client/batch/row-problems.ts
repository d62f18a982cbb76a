import type { Staged } from '../../db/batch/written/merge-rows.ts';
import type { Contradiction } from '../../db/batch/written/stage-rows.ts';
import { type WrittenTable, titleOf } from '../../domain/batch/written-table.ts';
import { AsofError } from '../../domain/errors/asof-error.ts';
import { formatInstant } from '../../domain/time/instant.ts';
import type { GivenRows } from './given/given-rows.ts';

/** The number of problems that an error message lists, as many as a person reads. */
export const PROBLEMS_SHOWN = 10;

/** How many chunks of its table one transaction may touch: it holds several locks for each. */
const MOST_CHUNKS = 300;

export function contradictionsIn(
  { primaryKeys, time }: WrittenTable,
  place: GivenRows['place'],
  contradictions: readonly Contradiction[],
): string[] {
  const key = [...primaryKeys, time.name].join(', ');
  return contradictions.map(
    ({ first, second }) =>
      `${place} ${second}: has the same (${key}) as ${place} ${first}, and other values; keep one of them`,
  );
}

/** The problem of rows whose moments lie in too many quarters to be written at once. */
export function spreadProblem({ kind, time }: WrittenTable, { chunks, from, to }: Staged): string[] {
  if (kind === 'reference_table' || chunks <= MOST_CHUNKS) return [];
  return [
    `the moments in ${time.name} lie from ${formatInstant(from)} to ${formatInstant(to)}, in ${chunks} spans of 91 days; ` +
      `expected at most ${MOST_CHUNKS} at once. Correct them, or write the rows in parts by time`,
  ];
}

export function invalidRows(table: WrittenTable, problems: readonly string[]): AsofError {
  const list = problems.map((problem) => `✖ ${problem}`).join('\n');
  return new AsofError(
    'ASOF_ROWS_INVALID',
    `rows for ${titleOf(table)} are not valid, and none was written:\n${list}\nCorrect them and write again`,
    { details: { table: table.name, problems } },
  );
}
