import { TableFault } from '../../../adapters/files/table-fault.ts';
import { compareHeading } from '../../../domain/batch/heading.ts';
import type { RowFile } from './given-rows.ts';

/**
 * The indexes of the columns that are left out, of which the caller hears.
 *
 * @throws TableFault for a heading that is not one of the table.
 */
export function headingIndexes({ table, onNote }: RowFile, names: readonly string[]): readonly number[] {
  const { problems, leftOut } = compareHeading(table, names);
  if (problems.length > 0) throw new TableFault(problems.join('; '));
  for (const index of leftOut)
    onNote(`column ${index + 1} has no name of its own, as an index of pandas has none; it was left out`);
  return leftOut;
}
