import { rowsOfProgram } from '../../client/batch/given/rows-of-program.ts';
import { PROBLEMS_SHOWN, contradictionsIn, invalidRows } from '../../client/batch/row-problems.ts';
import { type RowValues, rowReader } from '../../domain/batch/read-row.ts';
import { type WrittenTable } from '../../domain/batch/written-table.ts';

/**
 * Reads the rows of a program as `writeTable` of the client does.
 *
 * @throws AsofError `ASOF_ROWS_INVALID`, listing the problems.
 */
export async function writtenRows(table: WrittenTable, from: Iterable<object>): Promise<RowValues[]> {
  const given = rowsOfProgram(from);
  const read = rowReader(table, given.isTextOnly);
  const rows: RowValues[] = [];
  const problems: string[] = [];
  for await (const group of given.groups)
    for (const row of group) {
      const outcome = 'problem' in row ? { problems: [row.problem] } : read(row.json);
      if ('problems' in outcome)
        problems.push(...outcome.problems.map((problem) => `${given.place} ${row.at}: ${problem}`));
      else rows.push(outcome);
    }
  problems.push(...contradictionsIn(table, given.place, contradictionsAmong(table, rows)));
  if (problems.length > 0) throw invalidRows(table, problems.slice(0, PROBLEMS_SHOWN));
  return rows;
}

/** Rows of one key and moment with different values, by their places, from 1. */
function contradictionsAmong({ primaryKeys, columns }: WrittenTable, rows: readonly RowValues[]) {
  const identity = [
    ...primaryKeys.map((key) => columns.findIndex(({ name }) => name === key)),
    columns.length,
  ];
  const textOf = (row: RowValues): string => JSON.stringify(row.map(String));
  const firsts = new Map<string, { readonly at: number; readonly text: string }>();
  return rows.flatMap((row, index) => {
    const id = JSON.stringify(identity.map((place) => String(row[place])));
    const first = firsts.get(id);
    if (!first) firsts.set(id, { at: index + 1, text: textOf(row) });
    return first && first.text !== textOf(row) ? [{ first: first.at, second: index + 1 }] : [];
  });
}
