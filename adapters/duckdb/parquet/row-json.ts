import { TableFault } from '../../files/table-fault.ts';
import { readParquetTable } from './read-table.ts';
import { isScalar, valueJson } from './value-text.ts';

/**
 * Reads the rows of a Parquet file in groups, each row as the JSON of one object: numbers by their digits, times
 * as ISO 8601 texts.
 *
 * @param leaveOut the indexes of columns that are no members, given the names of all.
 * @throws TableFault for a file that is no Parquet, is damaged, or has a column of nested values or bytes.
 * @throws AsofError `ASOF_PATH_UNSUPPORTED`.
 */
export async function* parquetRowJson(
  path: string,
  leaveOut: (names: readonly string[]) => readonly number[],
): AsyncGenerator<readonly string[], void, undefined> {
  let members: { readonly index: number; readonly name: string }[] | undefined;
  for await (const { columns, rows } of readParquetTable(path)) {
    if (!members) {
      const names = columns.map(({ name }) => name);
      const leftOut = leaveOut(names);
      members = [...names.keys()]
        .filter((index) => !leftOut.includes(index))
        .map((index) => ({ index, name: JSON.stringify(names[index]) }));
      const unheld = members.find(({ index }) => !isScalar(columns[index]!.type));
      if (unheld)
        throw new TableFault(`column ${unheld.name} holds no texts, numbers, truth values or times`);
    }
    const json = members;
    yield rows.map(
      (row) => `{${json.map(({ index, name }) => `${name}:${valueJson(row[index]!)}`).join(',')}}`,
    );
  }
}
