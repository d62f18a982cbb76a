/** What is wrong with the text of a CSV file. Its message repeats nothing of the file. */
export class CsvFault extends Error {
  override readonly name = 'CsvFault';
  /** Counted from 1. Undefined: the fault has no line. */
  readonly line: number | undefined;

  constructor(problem: string, line?: number) {
    super(line === undefined ? problem : `line ${line}: ${problem}`);
    this.line = line;
  }
}
