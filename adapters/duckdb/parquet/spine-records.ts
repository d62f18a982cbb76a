import type { DuckDBValue } from '@duckdb/node-api';
import { isNoName } from '../../../domain/log/json/double-json.ts';
import type { SpineRecord } from '../../files/read-spine.ts';
import { TableFault } from '../../files/table-fault.ts';
import { type ParquetColumn, readParquetTable } from './read-table.ts';
import { isScalar, valueText } from './value-text.ts';

/**
 * Reads the rows of a Parquet file as a spine's CSV file would have them, in groups; the first record is the
 * heading, and a missing value is an empty text. Errors repeat nothing of the file.
 *
 * @throws TableFault for a file that is no Parquet, is damaged, or has a column whose values are no text.
 * @throws AsofError `ASOF_PATH_UNSUPPORTED`.
 */
export async function* parquetSpineRecords(path: string): AsyncGenerator<SpineRecord[], void, undefined> {
  let row = 0;
  let isFirst = true;
  for await (const { columns, rows } of readParquetTable(path)) {
    if (isFirst) {
      isFirst = false;
      requireScalars(columns);
      yield [{ line: row, fields: columns.map(({ name }) => name) }];
    }
    const records = rows.map((values) => {
      row += 1;
      return {
        line: row,
        fields: values.map((value) => (value === null ? '' : valueText(value))),
        nameless: nameless(values),
      };
    });
    if (records.length > 0) yield records;
  }
}

/** The indexes of doubles that are no keys, if there are any. */
function nameless(values: readonly DuckDBValue[]): readonly number[] | undefined {
  const isNameless = (value: DuckDBValue): boolean => typeof value === 'number' && isNoName(value);
  return values.some(isNameless)
    ? [...values.keys()].filter((index) => isNameless(values[index]!))
    : undefined;
}

function requireScalars(columns: readonly ParquetColumn[]): void {
  const at = columns.findIndex(({ type }) => !isScalar(type));
  if (at === -1) return;
  const type = /^\w+/.exec(columns[at]!.type.toString())![0];
  throw new TableFault(
    `column ${at + 1} is of the Parquet type ${type}, not a text, number, truth value or time`,
  );
}
