/** What is wrong with a file that should hold a table, CSV or Parquet. Its message repeats nothing of the file. */
export class TableFault extends Error {
  override readonly name = 'TableFault';

  /** @param line counted from 1. Omitted: the fault has no line. */
  constructor(problem: string, line?: number) {
    super(line === undefined ? problem : `line ${line}: ${problem}`);
  }
}
