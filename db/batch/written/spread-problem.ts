import type { WrittenTable } from '../../../domain/batch/written-table.ts';
import { formatInstant } from '../../../domain/time/instant.ts';
import type { Staged } from './merge-rows.ts';

/** How many chunks of its table one transaction may touch: it holds several locks for each. */
const MOST_CHUNKS = 300;

/** The problem of rows whose moments lie in too many quarters to be written at once. */
export function spreadProblem({ kind, time }: WrittenTable, { chunks, from, to }: Staged): string[] {
  if (kind === 'reference_table' || chunks <= MOST_CHUNKS) return [];
  return [
    `the moments in ${time.name} lie from ${formatInstant(from)} to ${formatInstant(to)}, in ${chunks} spans of 91 days; ` +
      `expected at most ${MOST_CHUNKS} at once. Correct them, or write the rows in parts by time`,
  ];
}
