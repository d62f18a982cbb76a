import type { Contradiction } from '../../db/batch/written/stage-rows.ts';
import { type WrittenTable, titleOf } from '../../domain/batch/written-table.ts';
import { AsofError } from '../../domain/errors/asof-error.ts';
import type { GivenRows } from './given/given-rows.ts';

/** The number of problems that an error message lists, as many as a person reads. */
export const PROBLEMS_SHOWN = 10;

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

export function invalidRows(table: WrittenTable, problems: readonly string[]): AsofError {
  const list = problems.map((problem) => `✖ ${problem}`).join('\n');
  return new AsofError(
    'ASOF_ROWS_INVALID',
    `rows for ${titleOf(table)} are not valid, and none was written:\n${list}\nCorrect them and write again`,
    { details: { table: table.name, problems } },
  );
}
